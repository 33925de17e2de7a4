export { forbiddenIn, maskedSheet } from './masked-sheet';
export { noticeDecider, noticeFeature, type NoticeSheet } from './notice';
