// @ts-check
/**
 * `npm run bench:engines`: each adapter beside its raw driver in the same run; writes the table of
 * docs/benchmarks-engines.md.
 */
const { spawnSync } = require('node:child_process');
const { readFileSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');

/** @typedef {{ name: string, adapter: number, raw: number, ratio: number }} Figure */

const FILE = join(__dirname, '../../../docs/benchmarks-engines.md');
const MARK = '<!-- table -->';

/** Drivers disturb each other in one process: each bench has its own. */
const BENCHES = [
  ['./eventstoredb.cjs', 'benchEventstoredb'],
  ['./mongodb.cjs', 'benchMongodb'],
  ['./redis.cjs', 'benchRedis'],
  ['./commands.cjs', 'benchCommands'],
];

/** @param {string} file @param {string} name @returns {readonly Figure[]} */
const figuresOf = (file, name) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [__filename, file, name], { encoding: 'utf8' });
  const line = stdout.split('\n').find((one) => one.startsWith('@'));
  if (status !== 0 || line === undefined) throw new Error(`${name}: ${stderr}`);
  return JSON.parse(line.slice(1));
};

const round = (/** @type {number} */ n) => Math.round(n).toLocaleString('en');

const runAll = () => {
  const rows = BENCHES.flatMap(([file = '', name = '']) => {
    process.stdout.write(`${name} …\n`);
    return figuresOf(file, name);
  }).map(
    ({ name, adapter, raw, ratio }) => `| ${name} | ${round(adapter)}/s | ${round(raw)}/s | ${ratio.toFixed(2)}× |`,
  );
  const table = ['| what | adapter | beside | ratio |', '|---|---|---|---|', ...rows].join('\n');
  const [head = ''] = readFileSync(FILE, 'utf8').split(MARK);
  writeFileSync(FILE, `${head}${MARK}\n\n${table}\n`);
  process.stdout.write(`${table}\n`);
};

const [, , file, name] = process.argv;
if (file === undefined || name === undefined) runAll();
else
  require(file)
    [name]()
    .then((/** @type {readonly Figure[]} */ figures) => {
      process.stdout.write(`\n@${JSON.stringify(figures)}\n`, () => process.exit(0));
    });
