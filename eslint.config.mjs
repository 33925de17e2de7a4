import tseslint from 'typescript-eslint';

const PURE = [
  'libs/domain/**/*.{events,commands,decider,projection,rules}.ts',
  'libs/domain/**/{events,commands,decide,evolve,rules,state,reactions}/*.ts',
  'libs/kernel/sourcing/*.ts',
];

/**
 * A field of an event or command class that carries no decorator would be stored without a mark: types cannot see it.
 */
const marked = {
  meta: {
    type: 'problem',
    messages: {
      bare:
        'Mark this field with @Clear or @Personal (or validators inside a personal field): what is not marked ' +
        'could leak.',
    },
  },
  create: (context) => ({
    PropertyDefinition(node) {
      if (node.typeAnnotation && !node.static && (node.decorators ?? []).length === 0)
        context.report({ node, messageId: 'bare' });
    },
  }),
};

/**
 * What a test is for. Asserting are `expect`, helpers whose name begins with it, `until` (which throws), fast-check's
 * `assert`, and the ends of a given-when-then: a `then` that takes facts, where that of a promise takes a function.
 */
const asserts = {
  meta: { type: 'problem', messages: { nothing: 'This test asserts nothing.' } },
  create: (context) => {
    const open = [];
    const isTest = ({ callee }) => /^(it|test|step)(On\w+)?\b/.test(context.sourceCode.getText(callee));
    const isBody = (node) => /Function/.test(node.type) && node.parent.type === 'CallExpression' && isTest(node.parent);
    const isAsserting = ({ callee, arguments: [first] }) => {
      const name = callee.name ?? callee.property?.name ?? '';
      if (name === 'then') return !/Function/.test(first?.type ?? '');
      return /^(expect|until$|assert$|thenRejected$)/.test(name);
    };
    const enter = (node) => isBody(node) && open.push({ node, asserts: false });
    const leave = (node) => {
      if (open.at(-1)?.node === node && !open.pop().asserts)
        context.report({ node: node.parent, messageId: 'nothing' });
    };
    return {
      ArrowFunctionExpression: enter,
      FunctionExpression: enter,
      'ArrowFunctionExpression:exit': leave,
      'FunctionExpression:exit': leave,
      CallExpression: (node) => {
        if (open.length > 0 && isAsserting(node)) open.at(-1).asserts = true;
      },
    };
  },
};

export default tseslint.config(
  {
    ignores: [
      'dist/**',
      'deploy/**',
      'coverage/**',
      'node_modules/**',
      'libs/domain/area/data/**',
      // Generated; lint says what is wrong with its source.
      'libs/kernel/evidence/page-code.ts',
    ],
  },
  ...tseslint.configs.strictTypeChecked,
  ...tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { jiandang: { rules: { marked, asserts } } },
    rules: {
      // Every `??`, `?.` and default counts as a branch: see docs/decisions/0010.
      complexity: ['error', 12],
      'max-depth': ['error', 3],
      'max-params': ['error', 5],
      'max-lines': ['error', { max: 250 }],
      // Prettier breaks everything but strings and titles.
      'max-len': ['error', { code: 120 }],
      '@typescript-eslint/consistent-type-definitions': 'off',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // Nest modules and event classes without fields are classes by contract.
      '@typescript-eslint/no-extraneous-class': 'off',
      // A dictionary from a file or a header is read by quoted key, as noPropertyAccessFromIndexSignature would have
      // it.
      '@typescript-eslint/dot-notation': 'off',
      // Data of events and commands are plain objects typed by their classes: spreading them is what folds do.
      '@typescript-eslint/no-misused-spread': 'off',
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      // Type and validation of a field belong together: `Personal<string>` and its decorator share a name.
      '@typescript-eslint/no-redeclare': 'off',
      // Under noUncheckedIndexedAccess `!` is the honest mark of an index that was just checked.
      '@typescript-eslint/no-non-null-assertion': 'off',
      // The caller of a store says what it reads: one use of a type parameter is its purpose.
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      'no-restricted-imports': [
        'error',
        {
          paths: [
            {
              name: '@nestjs/cqrs',
              importNames: ['EventBus', 'QueryBus', 'AggregateRoot', 'Saga'],
              message: 'Facts travel through the store with checkpoints; the bus is in memory, unordered and lossy.',
            },
          ],
        },
      ],
    },
  },
  {
    // Threads, child processes of tests and tools that Node runs as they stand.
    files: ['**/*.{cjs,mjs}'],
    extends: [tseslint.configs.disableTypeChecked],
    rules: {
      '@typescript-eslint/no-require-imports': 'off',
      // A script of a public specification runs anywhere, without types.
      '@typescript-eslint/ban-ts-comment': 'off',
      // Indexes are quicker where millions of values are looked at.
      '@typescript-eslint/prefer-for-of': 'off',
    },
  },
  {
    // It answers as one server does, branch by branch.
    files: ['test/support/eventstoredb/*.cjs'],
    rules: { complexity: ['error', 24], 'max-depth': ['error', 4], 'max-lines': ['error', { max: 400 }] },
  },
  {
    files: PURE,
    ignores: ['**/*.spec.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: "NewExpression[callee.name='Date'][arguments.length=0]",
          message: 'Pure files know no clock: time comes from `act.at`.',
        },
        {
          selector: "CallExpression[callee.object.name='Date'][callee.property.name='now']",
          message: 'Pure files know no clock: time comes from `act.at`.',
        },
        {
          selector: "CallExpression[callee.object.name='Math'][callee.property.name='random']",
          message: 'Pure files know no chance.',
        },
        { selector: 'AwaitExpression', message: 'Pure files do not wait: what they need arrives in the command.' },
      ],
    },
  },
  {
    files: ['libs/domain/**/{events,commands}/*.ts', 'libs/**/*.{events,commands}.ts'],
    ignores: ['**/dated.ts'],
    rules: { 'jiandang/marked': 'error' },
  },
  {
    files: ['**/*.spec.ts', '**/testing/**'],
    rules: {
      'max-lines': ['error', { max: 400 }],
      // A title is a sentence; Prettier keeps it on its line.
      'max-len': ['error', { code: 120, ignorePattern: String.raw`^\s*(it|step)(\.each)?\(` }],
      'jiandang/asserts': 'error',
    },
  },
);
