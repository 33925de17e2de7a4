/** SHA-256 of docs/format/1.md, the frozen description of this format: `spec` of `LogOpened`. */
export const FORMAT_SPEC_SHA256 = '7f6a76d3339182c90565a6eed2c9a94887addd309a96874c912076a242302996';
