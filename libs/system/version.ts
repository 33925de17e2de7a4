import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const packageIn = (folder: string): string => {
  const file = join(folder, 'package.json');
  return existsSync(file) ? file : packageIn(dirname(folder));
};

/** Version of this software, as its package says: every event names it. */
export const { version } = JSON.parse(readFileSync(packageIn(__dirname), 'utf8')) as { readonly version: string };
