export { CODE_LISTS, codeOf, codesOf, isCollective, labelOf, type CodeList, type ListName } from './code-lists';
export { EVENT_NAMES } from './event-names';
export { FIELD_LISTS, FIELD_NAMES } from './names';
