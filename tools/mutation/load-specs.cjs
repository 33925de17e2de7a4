/** Loads specs into this very process, compiled as jest compiles them, and gives back their tests. */
const { readFileSync } = require('node:fs');
const Module = require('node:module');
const path = require('node:path');
const { format } = require('node:util');
const { transformSync } = require('@swc/core');
const { defaultMetadataStorage } = require('class-transformer/cjs/storage');
const { expect } = require('expect');

const ROOT = process.cwd();
const SWC = JSON.parse(readFileSync(path.join(ROOT, '.swcrc'), 'utf8'));
const ALIAS = /^@(kernel|domain|system)\//;

const resolve = Module._resolveFilename;
Module._resolveFilename = (request, ...rest) =>
  resolve.call(Module, ALIAS.test(request) ? path.join(ROOT, 'libs', request.slice(1)) : request, ...rest);

const compiled = new Map();
const compile = (file) => transformSync(readFileSync(file, 'utf8'), { ...SWC, filename: file, swcrc: false }).code;

Module._extensions['.ts'] = (loaded, file) => {
  if (!compiled.has(file)) compiled.set(file, compile(file));
  loaded._compile(compiled.get(file), file);
};

/** One row a call, as jest names it: arrays are spread over the parameters. */
const each = (define) => (rows) => (name, run) => {
  for (const row of rows) {
    const values = Array.isArray(row) ? row : [row];
    const used = values.slice(0, (name.match(/%[sdij]/g) ?? []).length);
    define(format(name, ...used), () => run(...values));
  }
};

/** Tests of all specs, in order: `{ id, file, name, run }`. What is loaded anew sees a mutant of its top level. */
const loadSpecs = (files) => {
  const tests = [];
  const outer = [];
  let file = '';
  const it = (name, run) =>
    tests.push({ id: `${file}#${String(tests.length)}`, file, name: [...outer, name].join(' '), run });
  const describe = (name, body) => {
    outer.push(name);
    body();
    outer.pop();
  };
  Object.assign(it, { each: each(it) });
  Object.assign(describe, { each: each(describe) });
  Object.assign(globalThis, { describe, expect, it });
  // What decorators noted of the classes loaded before would be searched for ever.
  delete globalThis.classValidatorMetadataStorage;
  defaultMetadataStorage.clear();
  for (const one of Object.keys(require.cache).filter((name) => name.startsWith(path.join(ROOT, 'libs'))))
    Reflect.deleteProperty(require.cache, one);
  module.children.length = 0;
  for (const one of files) {
    file = one;
    require(path.join(ROOT, one));
  }
  return tests;
};

require('reflect-metadata');
module.exports = { loadSpecs };
