/** SHA-256 of docs/format/1.md, the frozen description of this format: `spec` of `LogOpened`. */
export const FORMAT_SPEC_SHA256 = '0000000000000000000000000000000000000000000000000000000000000000';
