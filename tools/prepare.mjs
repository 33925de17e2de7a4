// What `npm start`, `npm test` and the CLI need before they run: packages installed, sources built. Plain Node, no
// packages.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

const LEAST = [20, 19];
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < LEAST[0] || (major === LEAST[0] && minor < LEAST[1])) {
  process.stderr.write(`Node.js ${LEAST.join('.')} or newer is needed; this is ${process.versions.node}\n`);
  process.exit(2);
}

const run = (command, args, quiet) => {
  const { status } = spawnSync(command, args, {
    cwd: root,
    stdio: ['ignore', quiet ? 'ignore' : 'inherit', 'inherit'],
  });
  if (status !== 0) {
    process.stderr.write(`${command} ${args.join(' ')} failed\n`);
    process.exit(2);
  }
};

const changed = (path) => (existsSync(path) ? statSync(path).mtimeMs : 0);

/** Installs what package-lock.json names, once. */
export const install = ({ quiet = false } = {}) => {
  const marker = join(root, 'node_modules/.jiandang-installed');
  if (changed(marker) > changed(join(root, 'package-lock.json'))) return;
  if (!quiet) process.stdout.write('正在安装依赖 installing packages (about two minutes, once) …\n');
  run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], quiet);
  // npm is silent about a package that only Node.js 20 needs: libs/kernel/engines/adapters/sqlite.cjs.
  if (major < 22 && !existsSync(join(root, 'node_modules/better-sqlite3-12/build/Release/better_sqlite3.node'))) {
    process.stderr.write(
      'better-sqlite3 12 was neither downloaded nor compiled: Node.js 22 or newer needs no compiler\n',
    );
    process.exit(2);
  }
  writeFileSync(marker, '');
};

const newest = (folder) =>
  readdirSync(folder, { withFileTypes: true }).reduce((latest, entry) => {
    const path = join(folder, entry.name);
    return Math.max(latest, entry.isDirectory() ? newest(path) : changed(path));
  }, 0);

/** Builds apps and libs into dist/ when a source is newer than the last build. */
export const build = ({ quiet = false } = {}) => {
  const marker = join(root, 'dist/.built');
  const sources = Math.max(
    newest(join(root, 'apps')),
    newest(join(root, 'libs')),
    changed(join(root, 'tsconfig.build.json')),
  );
  if (changed(marker) > sources) return;
  if (!quiet) process.stdout.write('正在构建 building …\n');
  run('npm', ['run', '--silent', 'build'], quiet);
  mkdirSync(join(root, 'dist'), { recursive: true });
  writeFileSync(marker, '');
  utimesSync(marker, new Date(), new Date());
};
