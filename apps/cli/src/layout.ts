const WIDE = new RegExp(
  '[\\u1100-\\u115f\\u2e80-\\u303e\\u3041-\\ua4cf\\uac00-\\ud7a3\\uf900-\\ufaff' +
    '\\ufe30-\\ufe6f\\uff00-\\uff60\\uffe0-\\uffe6\\u{20000}-\\u{3fffd}]',
  'u',
);

/** Columns of a terminal that a text takes: a Chinese character or full-width mark takes two. */
export const widthOf = (text: string): number =>
  [...text].reduce((width, letter) => width + (WIDE.test(letter) ? 2 : 1), 0);

const cut = (text: string, width: number): string => {
  let kept = '';
  for (const letter of text) {
    if (widthOf(kept) + widthOf(letter) > width - 1) return `${kept}…`;
    kept += letter;
  }
  return kept;
};

/** A text in exactly so many columns: padded, or cut with an ellipsis. */
export const fit = (text: string, width: number, align: 'left' | 'right' = 'left'): string => {
  const shown = widthOf(text) > width ? cut(text, width) : text;
  const gap = ' '.repeat(Math.max(width - widthOf(shown), 0));
  return align === 'left' ? `${shown}${gap}` : `${gap}${shown}`;
};

/** One line of cells; a negative width aligns to the right. */
export const columns = (cells: readonly (readonly [text: string, width: number])[]): string =>
  cells
    .map(([text, width]) => fit(text, Math.abs(width), width < 0 ? 'right' : 'left'))
    .join('  ')
    .trimEnd();

/** Words in lines of at most so many columns, each after the same indent. */
export const wrapped = (words: readonly string[], indent: number, width = 100): readonly string[] => {
  const lines: string[] = [];
  let line = '';
  for (const word of words) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && indent + widthOf(longer) > width) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return [...lines, ...(line === '' ? [] : [line])].map((text) => `${' '.repeat(indent)}${text}`);
};
