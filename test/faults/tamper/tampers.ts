import { appendFileSync, copyFileSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Chance } from './chance';
import type { Sample } from './sample';
import { forge, onLog, onDatabase, type Change } from './rows';

/** What somebody did. */
export interface Tamper {
  readonly what: string;
  /** How it is looked for: `log` without keys, `keys` with them, `system` with views and papers too. */
  readonly look: 'log' | 'keys' | 'system';
  /** Files that were written. */
  readonly touched: readonly string[];
  /** The event that must be named, where one alone was changed. */
  readonly names?: { readonly stream: string; readonly revision: number };
  /** As what it must be named, and no event of another stream with it. */
  readonly only?: 'missing';
}

type Act = (sample: Sample, chance: Chance) => Tamper;

const flip = (file: string, chance: Chance): string => {
  const bytes = readFileSync(file);
  const at = chance.below(bytes.length);
  const by = 1 + chance.below(255);
  bytes[at] = bytes[at]! ^ by;
  writeFileSync(file, bytes);
  return `byte ${String(at)} ^ ${String(by)}`;
};

/** One to three bytes of a file, anywhere. */
const flipped =
  (look: Tamper['look'], pick: (sample: Sample, chance: Chance) => string): Act =>
  (sample, chance) => {
    const file = pick(sample, chance);
    const places = Array.from({ length: 1 + chance.below(3) }, () => flip(file, chance));
    return { what: `${file}: ${places.join(', ')}`, look, touched: [file] };
  };

const log = ({ data }: Sample): string => join(data, 'log.db');
const sealed = ({ keys }: Sample): string => join(keys, 'sealed.json');
const newest = ({ files }: Pick<Sample, 'files'>, folder: string): number =>
  Math.max(...files(folder).map((file) => Number(file.slice(file.lastIndexOf('/') + 1))));

/** Files of the ledger that the published tree stands on; older partial tiles are only copies of what these hold. */
const ledgerFile = (sample: Sample, chance: Chance): string => {
  const size = newest({ files: (folder) => sample.files(folder) }, 'ledger/checkpoints');
  const needed = sample
    .files('ledger')
    .filter(
      (file) =>
        !file.includes('.p/') || [size % 256, Math.floor(size / 256)].some((of) => file.endsWith(`.p/${String(of)}`)),
    );
  return chance.of(needed.filter((file) => !file.includes('/checkpoints/') || file.endsWith(`/${String(size)}`)));
};

const cutOff: Act = (sample, chance) => {
  const file = ledgerFile(sample, chance);
  const { length } = readFileSync(file);
  const left = chance.below(length);
  truncateSync(file, left);
  return { what: `${file} cut off at ${String(left)} of ${String(length)}`, look: 'log', touched: [file] };
};

const removed: Act = (sample, chance) => {
  const file = ledgerFile(sample, chance);
  rmSync(file);
  return { what: `${file} removed`, look: 'log', touched: [file] };
};

const lengthened: Act = (sample, chance) => {
  const file = chance.of([ledgerFile(sample, chance), sealed(sample)]);
  appendFileSync(file, Buffer.from([chance.below(256)]));
  return { what: `${file} one byte longer`, look: 'log', touched: [file] };
};

const exchanged: Act = (sample, chance) => {
  const files = sample.files('ledger');
  const [one, other] = [chance.of(files), chance.of(files)];
  if (readFileSync(one).equals(readFileSync(other))) return cutOff(sample, chance);
  const beside = `${one}.beside`;
  renameSync(one, beside);
  renameSync(other, one);
  renameSync(beside, other);
  return { what: `${one} and ${other} exchanged`, look: 'log', touched: [one, other] };
};

const inserted: Act = (sample, chance) => {
  const name = chance.of([
    'tile/0/777',
    'tile/entries/001.p/255',
    'tile/2/000.p/1',
    'checkpoints/99999',
    'checkpoints/1',
    'events/77',
    'tile/0/note.txt',
  ]);
  const file = join(sample.data, 'ledger', name);
  copyFileSync(chance.of(sample.files('ledger')), file.includes('tile/2/') ? file.replace('tile/2', 'tile/1') : file);
  return { what: `${name} inserted`, look: 'log', touched: [file.replace('tile/2', 'tile/1')] };
};

/** Sealed to an older tree, as an older backup of the keys would say. */
const sealedBack: Act = (sample, chance) => {
  const file = sealed(sample);
  const state = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  const change = chance.of([
    { size: Number(state['size']) - 1 },
    { size: Number(state['size']) + 1 },
    { root: 'a'.repeat(64) },
    { position: '1' },
  ]);
  writeFileSync(file, `${JSON.stringify({ ...state, ...change })}\n`);
  return { what: `sealed.json ${JSON.stringify(change)}`, look: 'log', touched: [file] };
};

const rows =
  (look: Tamper['look'], change: Change): Act =>
  (sample, chance) => {
    const { what, names, only } = onLog(log(sample), change, chance);
    return { what, look, touched: [log(sample)], ...(names && { names }), ...(only && { only }) };
  };

const views: Act = (sample, chance) => {
  const file = join(sample.data, 'views.db');
  return { what: onDatabase(file, chance), look: 'system', touched: [file] };
};

const paper = (sample: Sample, chance: Chance): string => chance.of(sample.files('papers'));

const papersExchanged: Act = (sample, chance) => {
  const [one, other] = [paper(sample, chance), paper(sample, chance)];
  if (one === other) return paperCut(sample, chance);
  copyFileSync(sample.pristine(other), one);
  return { what: `${one} holds ${other}`, look: 'system', touched: [one] };
};

const paperCut: Act = (sample, chance) => {
  const file = paper(sample, chance);
  const left = chance.below(readFileSync(file).length);
  if (left === 0) rmSync(file);
  else truncateSync(file, left);
  return { what: `${file} cut off at ${String(left)}`, look: 'system', touched: [file] };
};

const forged: Act = (sample, chance) => ({
  what: forge(log(sample), chance),
  look: 'log',
  touched: [log(sample)],
});

/** What is done, by weight. */
export const TAMPERS: readonly (readonly [weight: number, act: Act])[] = [
  [18, flipped('keys', log)],
  [12, flipped('log', ledgerFile)],
  [2, flipped('log', sealed)],
  [3, cutOff],
  [3, removed],
  [2, lengthened],
  [3, exchanged],
  [3, inserted],
  [2, sealedBack],
  [20, rows('log', 'text')],
  [4, rows('log', 'number')],
  [6, rows('log', 'delete')],
  [4, rows('log', 'forget')],
  [3, rows('log', 'truncate')],
  [3, rows('log', 'insert')],
  [4, rows('log', 'swap')],
  [2, rows('log', 'guard')],
  [4, rows('log', 'stream')],
  [5, rows('keys', 'box')],
  [3, forged],
  [2, flipped('system', paper)],
  [1, papersExchanged],
  [1, paperCut],
  [3, views],
];
