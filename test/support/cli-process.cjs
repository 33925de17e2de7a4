// @ts-check
/** The command line as its app starts it, from the sources. */
require('reflect-metadata');
require('../../tools/register-swc.cjs');
require('../../apps/cli/src/main');
