// Packages that are ES modules only.
const ESM = [
  ...['@nestjs', '@tokenizer', '@borewit', 'content-disposition', 'cookie', 'file-type', 'glob', 'jose', 'mime'],
  ...['minimatch', 'strtok3', 'token-types', 'uint8array-extras'],
];

/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  // Slow machines are no failure: what must be fast is measured by benchmarks.
  testTimeout: 30_000,
  testMatch: ['<rootDir>/{libs,apps,test}/**/*.spec.ts'],
  globalSetup: '<rootDir>/test/support/run.ts',
  setupFiles: ['reflect-metadata'],
  transform: { '^.+\\.(t|j)s$': '@swc/jest' },
  transformIgnorePatterns: [`/node_modules/(?!(${ESM.join('|')})/)`],
  moduleNameMapper: {
    '^@kernel/(.*)$': '<rootDir>/libs/kernel/$1',
    '^@domain/(.*)$': '<rootDir>/libs/domain/$1',
    '^@system/(.*)$': '<rootDir>/libs/system/$1',
  },
  // More than the cores of a small machine, and what stands still for a second is taken for dead.
  maxWorkers: 2,
};
