// @ts-check
/** Writes what is generated into docs/generated and test/catalogue; with `--check` only compares. */
require('reflect-metadata');
require('./register-swc.cjs');
const { buildSync } = require('esbuild');
const { execFileSync } = require('node:child_process');
const { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { dirname, join } = require('node:path');

const root = join(__dirname, '..');
const check = process.argv.includes('--check');
/** @type {string[]} */
const stale = [];

/** @param {string} path @param {string} text */
const put = (path, text) => {
  const file = join(root, path);
  if (check) {
    if (!existsSync(file) || readFileSync(file, 'utf8') !== text) stale.push(path);
    return;
  }
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
};

const page = buildSync({
  absWorkingDir: root,
  entryPoints: ['libs/kernel/evidence/browser/page.ts'],
  bundle: true,
  write: false,
  format: 'iife',
  target: 'es2022',
  charset: 'utf8',
});
const code = (page.outputFiles[0]?.text ?? '').replaceAll(/[\\`]|\$\{/g, '\\$&');
put(
  'libs/kernel/evidence/page-code.ts',
  `/** Generated from browser/page.ts: the script of a pack's page. */\nexport const PAGE_CODE = \`\n${code}\`;\n`,
);

const { features, permissions } = require('../libs/system/features');
const { ROLES } = require('../libs/kernel/accounts');
const { marksOf, nestedClass, rejectionCatalogue } = require('../libs/kernel/sourcing');
const { eventWords, fieldWords } = require('../libs/system/words');
const { CODE_LISTS } = require('../libs/domain/code-lists/contract');
const { sampleOf } = require('../test/support/catalogue');

/** @param {readonly string[] | undefined} words */
const called = (words) => words?.join(' · ');

/** @param {any} owner @param {string} type @param {string} indent @returns {string[]} */
const fields = (owner, type, indent) =>
  [...marksOf(owner.prototype)].flatMap(([field, mark]) => {
    const nested = mark.kind === 'clear' ? nestedClass(owner, field) : undefined;
    const words =
      mark.kind === 'personal'
        ? `sealed, ${mark.class}${mark.subject ? ` of ${mark.subject}` : ''}`
        : mark.kind === 'clear'
          ? `clear${mark.refers ? `, ${mark.refers}` : ''}`
          : 'typed partial';
    return [
      `${indent}* \`${field}\` ${called(fieldWords(type, field))}: ${words}`,
      ...(nested ? fields(nested, type, `${indent}  `) : []),
    ];
  });

const tables = new Map(
  features
    .flatMap((/** @type {any} */ one) => one.deciders)
    .map((/** @type {any} */ one) => [one.category, one.events]),
);
/** @param {any} type */
const typeSection = (type) => {
  const listed = fields(type.class, type.type, '').join('\n') || '(no fields)';
  return `### ${type.type} ${called(eventWords(type.type))} (schema ${type.schema})\n\n${listed}\n`;
};
const sections = [...tables.values()].map(
  (/** @type {any} */ table) => `## \`${table.category}\`\n\n${[...table.types.values()].map(typeSection).join('\n')}`,
);
put(
  'docs/generated/events.md',
  '# Events\n\nGenerated from the event tables: every type with its fields, what people call them, ' +
    'and what is sealed.' +
    `\n\n${sections.join('\n')}`,
);

/** @param {string} title @param {Record<string, readonly string[]>} words */
const glossed = (title, words) =>
  `## ${title}\n\n| | 中文 | English |\n|---|---|---|\n${Object.entries(words)
    .map(([name, [zh, en]]) => `| \`${name}\` | ${zh} | ${en} |\n`)
    .join('')}`;
/** @type {[string, any][]} */
const lists = Object.entries(CODE_LISTS);
const SPOKEN =
  'Generated: what people read where the system says a code, a stage, a state, a kind or the name of a view.';
put(
  'docs/generated/words.md',
  `# Words\n\n${SPOKEN}\n\n${[
    ...lists.map(([list, { zh, en, entries }]) => glossed(`\`${list}\` ${called([zh, en])}`, entries)),
    ...features.flatMap((/** @type {any} */ one) =>
      Object.entries(one.stages ?? {}).map(([set, words]) => glossed(`\`${set}\``, words)),
    ),
    glossed('Views', Object.assign({}, ...features.map((/** @type {any} */ one) => one.views))),
  ].join('\n')}`,
);

require('../libs/kernel/http');
require('../libs/system/operations');
require('../apps/cli/src/verbs/accounts');
const rows = [...rejectionCatalogue()]
  .sort(([a], [b]) => (a < b ? -1 : 1))
  .map(([code, { zh, en }]) => `| \`${code}\` | ${zh[0]} | ${en[0]} | ${en[1]} |`);
put(
  'docs/generated/rejections.md',
  '# Refusals\n\nGenerated: codes are stable, words may get better.\n\n' +
    `| code | 中文 | English | how to mend it |\n|---|---|---|---|\n${rows.join('\n')}\n`,
);

const holders = [...ROLES, 'system'];
const rights = Object.entries(permissions)
  .sort(([a], [b]) => (a < b ? -1 : 1))
  .map(
    ([command, roles]) =>
      `| \`${command}\` | ${holders.map((role) => (roles.includes(role) ? '✓' : '')).join(' | ')} |`,
  );
put(
  'docs/generated/permissions.md',
  '# Permissions\n\nGenerated: which command a role may issue, inside the area of its post; ' +
    '`system` = parts of the system itself.\n\n' +
    `| command | ${holders.join(' | ')} |\n|---|${holders.map(() => ':-:|').join('')}\n${rights.join('\n')}\n`,
);

const cruised = execFileSync(
  process.execPath,
  [
    join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs'),
    'libs',
    'apps',
    '--config',
    '.dependency-cruiser.cjs',
    '--output-type',
    'json',
    '--exclude',
    '(node_modules|\\.spec\\.ts|testing)',
  ],
  { cwd: root, encoding: 'utf8', maxBuffer: 1e8 },
);
/** @param {string} file */
const libOf = (file) =>
  /^libs\/(?:kernel|domain)\/([^/]+)\//.exec(file)?.[1] ??
  /^(?:libs\/(system)|apps\/([^/]+))\//.exec(file)?.slice(1).join('');
/** @type {Map<string, Map<string, Set<string>>>} */
const floors = new Map();
for (const { source, dependencies } of JSON.parse(cruised).modules) {
  const lib = libOf(source);
  if (!lib) continue;
  const floor = /^(apps|libs\/[^/]+)/.exec(source)?.[0] ?? '';
  if (!floors.has(floor)) floors.set(floor, new Map());
  const imported = floors.get(floor)?.get(lib) ?? new Set();
  floors.get(floor)?.set(lib, imported);
  for (const { resolved } of dependencies) {
    const other = libOf(resolved);
    if (other && other !== lib) imported.add(other);
  }
}
const libs = new Map([...floors.values()].flatMap((floor) => [...floor]));
/** @param {string} lib @returns {Set<string>} */
const reached = (lib) => new Set([...(libs.get(lib) ?? [])].flatMap((one) => [one, ...reached(one)]));
/** An arrow that others make by a longer way is left out: what imports a lib at all is found by following arrows. */
const arrows = [...libs].flatMap(([lib, imported]) =>
  [...imported]
    .filter((one) => ![...imported].some((other) => other !== one && reached(other).has(one)))
    .sort()
    .map((one) => `  ${lib} --> ${one}\n`),
);
const picture = `\`\`\`mermaid
flowchart TB
${['apps', 'libs/system', 'libs/domain', 'libs/kernel']
  .map((floor) => {
    const libs = [...(floors.get(floor)?.keys() ?? [])].sort().join('\n    ');
    return `  subgraph ${floor.replace('/', '-')}["${floor}"]\n    ${libs}\n  end\n`;
  })
  .join('')}${arrows.sort().join('')}\`\`\`
`;
const everyImport = [...libs]
  .sort(([a], [b]) => (a < b ? -1 : 1))
  .map(([lib, imported]) => `| ${lib} | ${[...imported].sort().join(' · ')} |\n`)
  .join('');
put(
  'docs/generated/dependencies.md',
  '# Dependencies\n\nGenerated from the imports: which lib imports which; arrows that follow from others ' +
    'are left out.\n\n' +
    `${picture}\n| lib | imports |\n|---|---|\n${everyImport}`,
);
const [before = '', after = ''] = readFileSync(join(root, 'docs/architecture.md'), 'utf8').split(
  /(?<=<!-- picture: generated from the imports -->\n)[^]*(?=<!-- \/picture -->)/,
);
put('docs/architecture.md', `${before}${picture}${after}`);

for (const [category, table] of tables) {
  for (const type of table.types.values()) {
    const path = `test/catalogue/${category}.${type.type}.${type.schema}.json`;
    if (!existsSync(join(root, path))) put(path, `${JSON.stringify(sampleOf(table, type), undefined, 1)}\n`);
  }
}

const openapi = async () => {
  const { readSettings } = require('../libs/system/settings');
  const { System } = require('../libs/system/system');
  const { createApp, openapiOf } = require('../apps/api/src/create-app');
  const system = await System.open(
    readSettings({
      JIANDANG_DATA: join(mkdtempSync(join(tmpdir(), 'jd-openapi-')), 'data'),
      JIANDANG_LOG_LEVEL: 'silent',
    }),
  );
  const app = await createApp(system);
  await app.init();
  put('docs/generated/openapi.json', `${JSON.stringify(openapiOf(app), undefined, 1)}\n`);
  await app.close();
  await system.close();
  if (stale.length > 0) {
    process.stderr.write(`not up to date, run npm run generate: ${stale.join(', ')}\n`);
    process.exit(1);
  }
};
openapi();
