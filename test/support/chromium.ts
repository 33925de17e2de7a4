import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Where a browser is installed; `CHROMIUM` names another one. Absent: what needs a browser is skipped by name. */
export const chromiumPath = (): string | undefined =>
  process.env['CHROMIUM'] ?? PLACES.find((path) => existsSync(path));

export interface Opened {
  readonly verdict: string;
  readonly text: string;
  readonly errors: readonly string[];
}

/** What a real browser, without network, shows of a page. */
export const openPage = (how: {
  readonly url: string;
  readonly wait: string;
  readonly click?: string;
  readonly files?: { readonly selector: string; readonly paths: readonly string[] };
  readonly shot?: string;
}): Opened => {
  const script = join(__dirname, 'open-page.cjs');
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [script, JSON.stringify({ ...how, browser: chromiumPath() })],
    { encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Opened;
};
