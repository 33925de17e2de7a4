export { notices, type NoticeState } from './notice';
export { noticeEvents, type NoticeKind } from './notice.events';
export { postableSheet } from './masked-sheet';
