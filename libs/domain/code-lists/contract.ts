export type { CodeList } from './code-list';
export { CODE_LISTS, codeOf, codesOf, labelOf, listOf, type ListName } from './code-lists';
export { isCollective } from './lists/paper';
