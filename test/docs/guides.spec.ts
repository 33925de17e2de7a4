import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '../..');
const guides = join(root, 'docs/guides');

/** Snippets of the guides: the region of a real file that each one shows. */
const snippets = readdirSync(guides).flatMap((guide) => {
  const text = readFileSync(join(guides, guide), 'utf8');
  return [...text.matchAll(/<!-- region: (\S+)#(\S+) -->\n```ts\n([\s\S]*?)```/g)].map(
    ([, file = '', name = '', shown = '']) => ({ guide, file, name, shown }),
  );
});

describe('the guides', () => {
  it('have snippets', () => {
    expect(snippets.length).toBeGreaterThan(1);
  });

  it.each(snippets)('$guide shows $file as it is', ({ file, name, shown }) => {
    const [, after = ''] = readFileSync(join(root, file), 'utf8').split(`// region ${name}\n`);
    expect(shown).toBe(after.split('// endregion')[0]);
  });
});
