import { cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadDemo } from '@system/demo/load-demo';
import { prepareFirstStart } from '@system/first-start';
import { readSettings } from '@system/settings';
import { System } from '@system/system';
import { until } from './until';

export type Kind = 'new' | 'demo';

const shared = process.env['TEST_RUN_FOLDER'] ?? mkdtempSync(join(tmpdir(), 'jd-run-'));

const make = async (kind: Kind, folder: string): Promise<void> => {
  const settings = { JIANDANG_DATA: join(folder, 'data'), JIANDANG_LOG_LEVEL: 'silent' };
  const system = await System.open(readSettings(settings));
  await system.start();
  const logins = await prepareFirstStart(system);
  if (kind === 'demo') await loadDemo(system, logins);
  await system.close();
};

/** False where another worker makes it. */
const claimed = (folder: string): boolean => {
  try {
    mkdirSync(folder);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
};

/** The folder of an office after its first start, or with the demo: made once a run, by whoever asks first. */
const made = async (kind: Kind): Promise<string> => {
  const [whole, making] = [join(shared, kind), join(shared, `${kind}-making`)];
  while (!existsSync(whole)) {
    if (claimed(making)) {
      await make(kind, making).catch((error: unknown) => {
        rmSync(making, { recursive: true });
        throw error;
      });
      renameSync(making, whole);
    } else await until(`${kind} is made`, () => !existsSync(making), { within: 120_000, every: 50 });
  }
  return whole;
};

/** Puts an office's folders, data and keys, where `data` says. */
export const officeFolder = async (kind: Kind, data: string): Promise<void> => {
  const whole = await made(kind);
  cpSync(join(whole, 'data'), data, { recursive: true });
  cpSync(join(whole, 'data-keys'), `${data}-keys`, { recursive: true });
};
