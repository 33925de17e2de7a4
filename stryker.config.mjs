/** Mutation testing of what is pure: deciders, rules, evolve tables. `npm run mutation`. */
export default {
  testRunner: 'jest',
  jest: { configFile: 'jest.config.cjs', config: { testMatch: ['<rootDir>/libs/domain/household/**/*.spec.ts'] } },
  mutate: [
    'libs/domain/household/decide/*.ts',
    'libs/domain/household/rules/*.ts',
    'libs/domain/household/evolve/*.ts',
  ],
  coverageAnalysis: 'perTest',
  ignoreStatic: true,
  concurrency: 2,
  reporters: ['clear-text', 'progress'],
  thresholds: { high: 95, low: 90, break: null },
  tempDirName: '.stryker-tmp',
};
