export { noticeFeature } from './notice';
export { NoticeModule } from './notice.module';
