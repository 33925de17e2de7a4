export { postableSheet } from './masked-sheet';
export { noticeDecider, type NoticeSheet } from './notice';
export { noticeFeature } from './notice.feature';
