// @ts-check
/** Lets plain Node run the TypeScript sources as the tests see them: for child processes of tests and for benchmarks. */
const { readFileSync } = require('node:fs');
const Module = require('node:module');
const { join } = require('node:path');
const { transformSync } = require('@swc/core');

const root = join(__dirname, '..');
/** @type {[prefix: string, folder: string][]} */
const aliases = [
  ['@kernel/', join(root, 'libs/kernel/')],
  ['@domain/', join(root, 'libs/domain/')],
  ['@standalone/', join(root, 'libs/standalone/')],
];

/** @type {any} */
const hooked = Module;
const resolve = hooked._resolveFilename;
hooked._resolveFilename = (/** @type {string} */ request, /** @type {unknown[]} */ ...rest) => {
  const alias = aliases.find(([prefix]) => request.startsWith(prefix));
  return resolve(alias ? alias[1] + request.slice(alias[0].length) : request, ...rest);
};
hooked._extensions['.ts'] = (/** @type {any} */ module, /** @type {string} */ filename) => {
  const { code } = transformSync(readFileSync(filename, 'utf8'), {
    filename,
    configFile: join(root, '.swcrc'),
    sourceMaps: 'inline',
  });
  module._compile(code, filename);
};
