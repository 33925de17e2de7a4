/**
 * Mutation testing of what decides: deciders, their rules and folds. `npm run mutation`; scores stand in
 * docs/testing.md.
 */
export default {
  testRunner: 'specs',
  plugins: ['./tools/mutation/runner.mjs', './tools/mutation/ignorer.mjs'],
  ignorers: ['not-decisions'],
  specs: {
    files: [
      'libs/domain/{area,emergency-access,meeting,notice,paper,parameter,register-import}/*.spec.ts',
      'libs/domain/household/**/*.spec.ts',
      'libs/domain/inspection/inspection.decider.spec.ts',
      'libs/kernel/{accounts,read-log,ledger}/*.decider.spec.ts',
    ],
  },
  mutate: [
    'libs/domain/household/{decide,evolve,rules}/*.ts',
    'libs/domain/household/{household.decider,reorganisation}.ts',
    'libs/domain/*/*.decider.ts',
    'libs/domain/{area/area,meeting/meeting,notice/notice,paper/paper,paper/needs-paper,' +
      'register-import/import-batch}.ts',
    'libs/kernel/accounts/account.ts',
    'libs/kernel/read-log/read-log.decider.ts',
    'libs/kernel/ledger/ledger.decider.ts',
    '!**/*.spec.ts',
  ],
  coverageAnalysis: 'perTest',
  // Tables at the top level of a module: `npx stryker run --ignoreStatic false` takes ten minutes more.
  ignoreStatic: true,
  concurrency: 1,
  reporters: ['clear-text', 'json', 'progress-append-only'],
  jsonReporter: { fileName: 'reports/mutation.json' },
  clearTextReporter: { logTests: false, allowColor: false, reportTests: false },
  thresholds: { high: 95, low: 90, break: 90 },
  tempDirName: '.stryker-tmp',
};
