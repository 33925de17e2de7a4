// @ts-check
/** The architecture in two lines: a lib imports only libs to its left; apps import domains and kernel. */
const kernel = [
  'format',
  'sourcing',
  'engines',
  'event-store',
  'privacy',
  'commanding',
  'read-models',
  'processes',
  'jobs',
  'http',
  'ledger',
  'read-log',
  'accounts',
  'evidence',
];
const domain = [
  'code-lists',
  'area',
  'parameter',
  'paper',
  'meeting',
  'notice',
  'household',
  'register-import',
  'emergency-access',
  'inspection',
];
const TESTS = '(\\.spec\\.ts|/testing/)';

const leftOnly = (/** @type {string} */ floor, /** @type {string[]} */ names) =>
  names.slice(0, -1).map((name, index) => ({
    name: `${name}-looks-left`,
    comment: `${floor}: ${names.join(' ← ')}`,
    severity: 'error',
    from: { path: `^libs/${floor}/${name}/`, pathNot: TESTS },
    to: { path: `^libs/${floor}/(${names.slice(index + 1).join('|')})/` },
  }));

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-orphans',
      severity: 'error',
      from: { orphan: true, pathNot: ['\\.d\\.ts$', '\\.cjs$', '\\.spec\\.ts$'] },
      to: {},
    },
    {
      name: 'kernel-knows-no-domain',
      severity: 'error',
      from: { path: '^libs/kernel/' },
      to: { path: '^libs/(domain|system)/' },
    },
    { name: 'libs-know-no-app', severity: 'error', from: { path: '^libs/' }, to: { path: '^apps/' } },
    {
      name: 'apps-know-no-app',
      severity: 'error',
      from: { path: '^apps/([^/]+)/' },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    {
      name: 'domain-knows-no-composition',
      severity: 'error',
      from: { path: '^libs/domain/' },
      to: { path: '^libs/system/' },
    },
    {
      name: 'domains-meet-at-contracts',
      severity: 'error',
      from: { path: '^libs/domain/([^/]+)/', pathNot: TESTS },
      to: { path: '^libs/domain/[^/]+/', pathNot: ['^libs/domain/$1/', '/contract\\.ts$'] },
    },
    {
      name: 'apps-enter-by-index',
      severity: 'error',
      from: { path: '^(apps|libs/system)/', pathNot: TESTS },
      to: { path: '^libs/(domain|kernel)/[^/]+/', pathNot: ['/(index|contract)\\.ts$', '/adapters/'] },
    },
    {
      name: 'adapters-are-chosen-by-compositions',
      severity: 'error',
      from: { path: '^libs/(domain|kernel)/', pathNot: ['/adapters/', TESTS] },
      to: { path: '/adapters/' },
    },
    {
      name: 'drivers-stay-in-adapters',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: ['/adapters/', TESTS] },
      to: {
        path: [
          'libs/kernel/engines/adapters/sqlite\\.cjs$',
          'node_modules/(mongodb|bullmq|ioredis|better-sqlite3|@eventstore)/',
        ],
      },
    },
    {
      name: 'sourcing-is-pure',
      severity: 'error',
      from: { path: '^libs/kernel/sourcing/', pathNot: TESTS },
      to: {
        pathNot: [
          '^libs/kernel/(sourcing|format)/',
          'node_modules/(class-validator|class-transformer|ajv|reflect-metadata)/',
        ],
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'deciders-and-projections-are-pure',
      severity: 'error',
      from: {
        path: [
          '^libs/domain/.*\\.(events|commands|decider|projection|rules)\\.ts$',
          '^libs/domain/.*/(events|commands|decide|evolve|rules|state|reactions)/',
        ],
      },
      to: {
        path: ['^(node:|fs$|crypto$)', 'node_modules/(@nestjs|fastify)/'],
        dependencyTypes: ['core', 'npm'],
        pathNot: 'node_modules/(class-validator|class-transformer)/',
      },
    },
    {
      name: 'code-knows-no-spec',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: TESTS },
      to: { path: TESTS },
    },
  ].concat(leftOnly('kernel', kernel), leftOnly('domain', domain)),
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { extensions: ['.ts', '.js', '.cjs', '.json'] },
  },
};
