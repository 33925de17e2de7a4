// @ts-check
/**
 * Lets plain Node run the TypeScript sources as the tests see them: for child processes of tests and for benchmarks.
 */
const { createHash } = require('node:crypto');
const { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } = require('node:fs');
const Module = require('node:module');
const { join } = require('node:path');
const { transformSync, version } = require('@swc/core');

const root = join(__dirname, '..');
/** @type {[prefix: string, folder: string][]} */
const aliases = [
  ['@kernel/', join(root, 'libs/kernel/')],
  ['@domain/', join(root, 'libs/domain/')],
  ['@system/', join(root, 'libs/system/')],
];

/** @type {any} */
const hooked = Module;
const resolve = hooked._resolveFilename;
hooked._resolveFilename = (/** @type {string} */ request, /** @type {unknown[]} */ ...rest) => {
  const alias = aliases.find(([prefix]) => request.startsWith(prefix));
  return resolve(alias ? alias[1] + request.slice(alias[0].length) : request, ...rest);
};

const cache = join(root, 'node_modules/.cache/register-swc');
mkdirSync(cache, { recursive: true });
const configuration = version + readFileSync(join(root, '.swcrc'), 'utf8');

/** Compiled once for every content: a test starts dozens of such processes. @param {string} filename */
const compiled = (filename) => {
  const source = readFileSync(filename, 'utf8');
  const kept = join(cache, createHash('sha256').update([configuration, filename, source].join('\0')).digest('hex'));
  if (existsSync(kept)) return readFileSync(kept, 'utf8');
  const { code } = transformSync(source, { filename, configFile: join(root, '.swcrc'), sourceMaps: 'inline' });
  const whole = `${kept}.${String(process.pid)}`;
  writeFileSync(whole, code);
  renameSync(whole, kept);
  return code;
};
hooked._extensions['.ts'] = (/** @type {any} */ module, /** @type {string} */ filename) => {
  module._compile(compiled(filename), filename);
};
