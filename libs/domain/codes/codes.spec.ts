import { CODE_LISTS, codeOf, codesOf, labelOf, type CodeList, type ListName } from './contract';

describe('code lists', () => {
  const lists = Object.keys(CODE_LISTS) as ListName[];

  it.each(lists)('%s finds the code of each of its labels', (list) => {
    for (const code of codesOf(list)) expect(codeOf(list, labelOf(list, code))).toBe(code);
  });

  it.each(lists)('%s sends every older label to a code it has', (list) => {
    const { also = {} }: CodeList = CODE_LISTS[list];
    for (const code of Object.values(also)) expect(codesOf(list)).toContain(code);
  });

  it('knows the 56 nations, with and without 族', () => {
    expect(codesOf('nation')).toHaveLength(58);
    expect([codeOf('nation', '苗'), codeOf('nation', '土家族'), codeOf('nation', '基诺')]).toEqual(['06', '15', '56']);
  });

  it('has no code for a label that nobody uses', () => {
    expect(codeOf('cause', '运气不好')).toBeUndefined();
    expect(codeOf('cause', 'constructor')).toBeUndefined();
  });
});
