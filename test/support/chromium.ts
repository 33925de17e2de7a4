import { execFile, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Where a browser is installed; `CHROMIUM` names another one. Absent: what needs a browser is skipped by name. */
export const chromiumPath = (): string | undefined =>
  process.env['CHROMIUM'] ?? PLACES.find((path) => existsSync(path));

export interface Opened {
  readonly verdict: string;
  readonly text: string;
  readonly errors: readonly string[];
}

interface Page {
  readonly url: string;
  readonly wait: string;
  readonly click?: string;
  readonly files?: { readonly selector: string; readonly paths: readonly string[] };
  readonly shot?: string;
}

const SCRIPT = join(__dirname, 'open-page.cjs');
const argumentsOf = (page: Page, online: boolean): string[] => [
  SCRIPT,
  JSON.stringify({ ...page, online, browser: chromiumPath() }),
];

/** What a real browser, without network, shows of a page. */
export const openPage = (page: Page): Opened => {
  const { status, stdout, stderr } = spawnSync(process.execPath, argumentsOf(page, false), { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Opened;
};

/** What it shows of a page that this process serves. */
export const openServedPage = async (page: Page): Promise<Opened> => {
  const { stdout } = await promisify(execFile)(process.execPath, argumentsOf(page, true));
  return JSON.parse(stdout) as Opened;
};
