/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/{libs,apps,test}/**/*.spec.ts'],
  setupFiles: ['reflect-metadata'],
  transform: { '^.+\\.(t|j)s$': '@swc/jest' },
  transformIgnorePatterns: ['/node_modules/(?!(@nestjs)/)'],
  moduleNameMapper: {
    '^@kernel/(.*)$': '<rootDir>/libs/kernel/$1',
    '^@domain/(.*)$': '<rootDir>/libs/domain/$1',
    '^@standalone/(.*)$': '<rootDir>/libs/standalone/$1',
  },
  maxWorkers: 2,
};
