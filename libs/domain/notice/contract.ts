export { noticeEvents, type NoticeKind, type NoticeSheet, type NoticeState } from './notice';
export { postableSheet } from './masked-sheet';
