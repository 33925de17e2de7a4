import { existsSync, readFileSync } from 'node:fs';
import { masterKeys } from '@kernel/privacy';
import type { Damage } from '@kernel/ledger';
import { verifyEmbedded } from '@kernel/ledger/adapters/embedded-verification';
import { FolderLedgerFiles } from '@kernel/ledger/adapters/folder-ledger-files';
import { EmbeddedKeyStore } from '@kernel/privacy/adapters/embedded-key-store';
import { join } from 'node:path';
import { outputOf } from '../../../apps/cli/src/output';
import { verify } from '../../../apps/cli/src/verbs/verify';
import { Chance } from './chance';
import { contentOf, Sample } from './sample';
import { TAMPERS, type Tamper } from './tampers';

const ROUNDS = Number(process.env['TAMPER_ROUNDS'] ?? (process.env['FAULT_ROUNDS'] === undefined ? 60 : 10_000));
const SEED = Number(process.env['TAMPER_SEED'] ?? Date.now() % 1_000_000_000);

/** Tables that are evidence; digests expire, and the mark of a clean stop only saves work at the next start. */
const EVIDENCE = ['events', 'streams', 'boxes'];
/** One in this many looks with threads, as a large log is looked at. */
const THREADED = 20;

interface Found {
  readonly sound: boolean;
  readonly damages: readonly Damage[];
}

describe(`tampers by chance, seed ${String(SEED)} (TAMPER_SEED, TAMPER_ROUNDS)`, () => {
  let sample: Sample;
  let keys: EmbeddedKeyStore;

  beforeAll(async () => {
    sample = await Sample.make();
    keys = new EmbeddedKeyStore(sample.keys, masterKeys(sample.keys));
  }, 240_000);
  afterAll(async () => {
    await keys.close();
    sample.remove();
  });

  const everything = async (): Promise<Found> => {
    let said: object = {};
    const output = {
      ...outputOf(true),
      answer: (result: object) => {
        said = result;
      },
    };
    const code = await verify({ settings: sample.settings, output }, { keys: true });
    expect(code).toBe((said as Found).sound ? 0 : 1);
    return said as Found;
  };

  const look = (how: Tamper['look'], threads = 0): Promise<Found> =>
    how === 'system'
      ? everything()
      : verifyEmbedded({
          folder: sample.data,
          files: new FolderLedgerFiles(join(sample.data, 'ledger')),
          state: new FolderLedgerFiles(sample.keys),
          threads,
          ...(how === 'keys' && { keys }),
        });

  /** Whether what can be read of the files is what it was: then nothing was changed that means anything. */
  const isUnchanged = (touched: readonly string[]): boolean =>
    touched.every((file) => {
      if (!file.endsWith('.db'))
        return existsSync(file) && readFileSync(file).equals(readFileSync(sample.pristine(file)));
      const tables = file.endsWith('log.db') ? EVIDENCE : undefined;
      const content = contentOf(file, tables);
      return (
        content !== undefined &&
        JSON.stringify(content, plain) === JSON.stringify(contentOf(sample.pristine(file), tables), plain)
      );
    });

  it('finds nothing on the untouched copy, with or without threads and keys', async () => {
    for (const how of ['log', 'keys', 'system'] as const) expect((await look(how)).damages).toEqual([]);
    for (const how of ['log', 'keys'] as const) expect((await look(how, 2)).damages).toEqual([]);
  }, 120_000);

  /**
   * What is wrong with how a tamper was found; `undefined` = found and named, or nothing was changed that means
   * anything.
   */
  const wrongWith = ({ touched, names, only }: Tamper, { sound, damages }: Found): string | undefined => {
    if (sound) return isUnchanged(touched) ? undefined : 'was not found';
    if (damages.some(({ stream, kind }) => stream === '' || (kind as string) === '')) return 'was found without a name';
    if (!names) return undefined;
    const { stream, revision } = names;
    const told = JSON.stringify(damages);
    if (!damages.some((one) => one.stream === stream && one.revision === revision && (only ?? one.kind) === one.kind))
      return `did not name ${stream} revision ${String(revision)}: ${told}`;
    const blamed = damages.some((one) => !one.stream.startsWith('file-') && one.stream !== stream);
    return only && blamed ? `blamed another than ${stream}: ${told}` : undefined;
  };

  it(`finds and names every one of ${String(ROUNDS)}`, async () => {
    const wrong: string[] = [];
    let found = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const chance = new Chance(SEED + round);
      const tamper = chance.weighted(TAMPERS)(sample, chance);
      try {
        const seen = await look(tamper.look, round % THREADED === 0 ? 2 : 0);
        const fault = wrongWith(tamper, seen);
        if (fault !== undefined) wrong.push(`seed ${String(SEED + round)}: ${tamper.what} ${fault}`);
        if (!seen.sound) found += 1;
      } catch (error) {
        wrong.push(`seed ${String(SEED + round)}: ${tamper.what} ${String((error as Error).stack)}`);
      } finally {
        sample.putBack(tamper.touched);
      }
      if ((round + 1) % 1000 === 0)
        process.stderr.write(`tampers: ${String(round + 1)} tried, ${String(wrong.length)} not found or not named\n`);
    }
    expect(wrong).toEqual([]);
    expect((await look('system')).damages).toEqual([]);
    expect(found).toBeGreaterThan(ROUNDS / 2);
    process.stderr.write(
      `tampers: ${String(found)} found and named, ${String(ROUNDS - found)} without meaning, seed ${String(SEED)}\n`,
    );
  }, 7_200_000);
});

const plain = (_key: string, value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value);
