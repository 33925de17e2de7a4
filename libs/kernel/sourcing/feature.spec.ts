import { mergedPermissions } from './feature';

const may = (permissions: Readonly<Record<string, readonly string[]>>) => ({ permissions });

describe('the permissions of all features', () => {
  it('are those of each', () => {
    expect(mergedPermissions([may({ Register: ['village'] }), may({ Close: ['county'] })])).toEqual({
      Register: ['village'],
      Close: ['county'],
    });
  });

  it.each([
    ['other roles', ['county']],
    ['the same roles', ['village']],
  ])('name a command in one place only: a second one with %s is refused', (_, roles) => {
    const twice = [may({ Register: ['village'] }), may({ Register: roles })];
    expect(() => mergedPermissions(twice)).toThrow('two features say who may issue Register');
  });
});
