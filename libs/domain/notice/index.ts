export { postableSheet } from './masked-sheet';
export { noticeDecider, noticeFeature, type NoticeSheet } from './notice';
