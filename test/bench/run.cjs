// @ts-check
/**
 * `npm run bench`: each figure beside its raw baseline in the same run; rewrites the table of docs/benchmarks.md.
 * `npm run bench -- http replay --events 50000 --keep /tmp/bench`: some parts, on a smaller log that is filled once;
 * prints only.
 */
const { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { parseArgs } = require('node:util');
const { open, fill, prepareFirstStart } = require('./office.cjs');
const { round, stopwatch } = require('./measure.cjs');
const parts = require('./parts.cjs');

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { events: { type: 'string', default: '500000' }, keep: { type: 'string' } },
});
const events = Number(values.events);
const chosen = positionals.length > 0 ? positionals : Object.keys(parts);
for (const name of chosen) if (!Object.hasOwn(parts, name)) throw new Error(`${name}: one of ${Object.keys(parts)}`);

const folder = values.keep ?? mkdtempSync(join(tmpdir(), 'jd-bench-'));
const data = join(folder, 'data');
const notes = join(folder, 'bench.json');
/** @type {(readonly string[])[]} */
const rows = [];
const say = (/** @type {string[]} */ ...row) => {
  const full = Array.from({ length: 4 }, (_, index) => row[index] ?? '');
  rows.push(full);
  process.stdout.write(`${full.join(' | ')}\n`);
};

/** A system on the bench's folder, filled on its first run. */
const prepare = async () => {
  const isNew = !existsSync(notes);
  const system = await open(data);
  await system.start();
  const context = { folder, data, events, say, system, ids: /** @type {string[]} */ ([]), password: '' };
  if (!isNew) return { ...context, ...JSON.parse(readFileSync(notes, 'utf8')) };
  const logins = await prepareFirstStart(system);
  if (chosen.includes('append')) await parts.append(context);
  const took = stopwatch();
  const ids = await fill(system, events);
  say('seal and append while filling', `${round((ids.length * 10) / took())} events/s`, `log of ${round(events)}`);
  await system.projector.waitFor((await system.store.head()) ?? '', { timeout: 3_600_000 });
  const password = logins.find((/** @type {any} */ one) => one.account === 'village-1')?.password ?? '';
  writeFileSync(notes, JSON.stringify({ ids, password }));
  return { ...context, ids, password };
};

const writeTable = () => {
  const docs = join(__dirname, '../../docs/benchmarks.md');
  const table = [
    '| what | measured | baseline | ratio |',
    '|---|---|---|---|',
    ...rows.map((row) => `| ${row.join(' | ')} |`),
  ];
  const [head = ''] = readFileSync(docs, 'utf8').split('<!-- table -->');
  writeFileSync(docs, `${head}<!-- table -->\n\n${table.join('\n')}\n`);
};

const main = async () => {
  const context = await prepare();
  for (const name of chosen) if (name !== 'append') await parts[/** @type {keyof typeof parts} */ (name)](context);
  await context.system.close();
  if (positionals.length === 0) writeTable();
  if (values.keep === undefined) rmSync(folder, { recursive: true });
};
main().catch((error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exit(1);
});
