import { householdCard } from '@domain/household';
import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { verifyLog } from '@kernel/ledger';
import { rebuild } from '@kernel/read-models';
import { readSettings } from '@system/settings';
import { System } from '@system/system';

const LONG = process.env['FAULT_ROUNDS'];
const ROUNDS = Number(LONG ?? 3);
/** Enough that every round is killed in the middle. */
const HOUSEHOLDS = LONG === undefined ? 120 : 300;

/** Imports in a process of its own; killed when `until` households are done. Answers what it said last. */
const importing = (data: string, until: number): Promise<{ code: number | null; last: string }> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(__dirname, 'import-until-killed.cjs'), data, String(HOUSEHOLDS)]);
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      const done = Number(said.trim().split('\n').at(-1));
      if (done >= until) child.kill('SIGKILL');
    });
    child.stderr.on('data', (chunk: Buffer) => {
      reject(new Error(chunk.toString()));
    });
    child.on('exit', (code) => {
      resolve({ code, last: said.trim().split('\n').at(-1) ?? '' });
    });
  });

describe('an import that is killed in the middle', () => {
  it(`goes on where it stood, ${String(ROUNDS)} times, and ends with every household once`, async () => {
    const data = join(mkdtempSync(join(tmpdir(), 'jd-killed-')), 'data');
    for (let round = 1; round <= ROUNDS; round++) {
      const { code } = await importing(
        data,
        Math.floor((HOUSEHOLDS * round) / (ROUNDS + 1)) - Math.floor(Math.random() * 10),
      );
      expect(code).toBeNull();
    }
    const { code, last } = await importing(data, Infinity);
    expect(code).toBe(0);
    const result = JSON.parse(last) as { accepted: number; unchanged: number; refused: number };
    expect(result).toMatchObject({ refused: 0, accepted: expect.any(Number) as number });
    expect(result.accepted + result.unchanged).toBe(HOUSEHOLDS);

    const system = await System.open(readSettings({ JIANDANG_DATA: data }));
    await system.start();
    expect(await system.models.count(householdCard, {})).toBe(HOUSEHOLDS);
    expect(await verifyLog(system.store, { keys: system.keys })).toMatchObject({ sound: true });
    for (const projection of system.projections) {
      expect(
        await rebuild({ store: system.store, models: system.models, projection, open: system.open }),
      ).toMatchObject({ equal: true });
    }
    await system.close();
  }, 120_000);
});
