export { noticeFeature } from './notice.feature';
export { NoticeModule } from './notice.module';
