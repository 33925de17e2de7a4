/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  // Slow machines are no failure: what must be fast is measured by benchmarks.
  testTimeout: 30_000,
  testMatch: ['<rootDir>/{libs,apps,test}/**/*.spec.ts'],
  globalSetup: '<rootDir>/test/support/run.ts',
  setupFiles: ['reflect-metadata'],
  transform: { '^.+\\.(t|j)s$': '@swc/jest' },
  transformIgnorePatterns: [
    '/node_modules/(?!(@nestjs|jose|content-disposition|cookie|mime|glob|minimatch|file-type|strtok3|token-types|uint8array-extras|@tokenizer|@borewit)/)',
  ],
  moduleNameMapper: {
    '^@kernel/(.*)$': '<rootDir>/libs/kernel/$1',
    '^@domain/(.*)$': '<rootDir>/libs/domain/$1',
    '^@system/(.*)$': '<rootDir>/libs/system/$1',
  },
  // One more than two cores: a third of the time tests wait for servers, timers and processes of their own.
  maxWorkers: 3,
};
