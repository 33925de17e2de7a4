export { forbiddenIn, maskedName, maskedSheet, type SheetRow } from './masked-sheet';
export { noticeDecider, noticeFeature, notices, type NoticeSheet } from './notice';
