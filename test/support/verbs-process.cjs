// @ts-check
/**
 * Verbs of the command line one after the other in one process, each on the stores as it finds them: for every verb a
 * line with its exit code and its answer.
 */
require('reflect-metadata');
require('../../tools/register-swc.cjs');
const { readSettings } = require('../../libs/system/settings');
const { listAccounts } = require('../../apps/cli/src/verbs/accounts');
const { rebuildViews, verifyKeys } = require('../../apps/cli/src/verbs/keeping');
const { showJobs, showParked } = require('../../apps/cli/src/verbs/operations');
const { verifyReadLog } = require('../../apps/cli/src/verbs/reads');
const { verify } = require('../../apps/cli/src/verbs/verify');
const { runVerb } = require('./verbs');

/** @type {Readonly<Record<string, (context: any) => Promise<number>>>} */
const VERBS = {
  verify: (context) => verify(context),
  'verify reads': verifyReadLog,
  'keys verify': verifyKeys,
  'rebuild accounts': (context) => rebuildViews(context, 'accounts'),
  jobs: showJobs,
  'accounts list': listAccounts,
  parked: showParked,
};

const main = async () => {
  const settings = readSettings(process.env);
  for (const name of process.argv.slice(2)) {
    const verb = VERBS[name];
    if (!verb) throw new Error(name);
    process.stdout.write(`${JSON.stringify({ name, ...(await runVerb(settings, verb)) })}\n`);
  }
  process.exit(0);
};

void main();
