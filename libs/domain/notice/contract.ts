export { noticeEvents, type NoticeKind, type NoticeState } from './notice';
