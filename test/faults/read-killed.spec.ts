import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { EmbeddedReadLog } from '@kernel/read-log/adapters/embedded-read-log';

/** Each turn is a process of its own, killed after a number of answers that chance says. */
const ROUNDS = Number(process.env['FAULT_ROUNDS'] ?? 1);

describe('a reading that was answered', () => {
  it('is recorded though the process is killed at once', async () => {
    for (let turn = 0; turn < ROUNDS; turn++) {
      const run = spawnSync(process.execPath, [join(__dirname, 'read-then-killed.cjs')], { encoding: 'utf8' });
      expect(run.signal).toBe('SIGKILL');
      const { folder, answered } = JSON.parse(run.stdout) as { folder: string; answered: number };
      const reads = new EmbeddedReadLog(folder);
      expect((await reads.list({ view: 'household-card', limit: 500 })).items).toHaveLength(answered);
      await reads.close();
    }
  }, 120_000);
});
