export { noticeEvents, notices, type NoticeKind, type NoticeState } from './notice';
export { postableSheet } from './masked-sheet';
