import { existsSync } from 'node:fs';
import puppeteer, { type Browser } from 'puppeteer-core';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Where a browser is installed; `CHROMIUM` names another one. Absent: what needs a browser is skipped by name. */
export const chromiumPath = (): string | undefined => process.env['CHROMIUM'] ?? PLACES.find((path) => existsSync(path));

export const openBrowser = (): Promise<Browser> =>
  puppeteer.launch({ executablePath: chromiumPath() ?? 'chromium', args: ['--no-sandbox', '--disable-gpu'] });
