// Runs every test that needs no server, and ends with a plain line `N passed, N failed`.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { install, root } from './prepare.mjs';

install();
const results = join(mkdtempSync(join(tmpdir(), 'jd-test-')), 'results.json');
const jest = join(root, 'node_modules/jest/bin/jest.js');
const { status } = spawnSync(process.execPath, [jest, '--json', `--outputFile=${results}`, ...process.argv.slice(2)], {
  cwd: root,
  stdio: ['ignore', 'ignore', 'inherit'],
});
const { numPassedTests, numFailedTests, numFailedTestSuites, numTotalTests } = JSON.parse(
  readFileSync(results, 'utf8'),
);
const failed = numFailedTests === 0 && numFailedTestSuites > 0 ? numFailedTestSuites : numFailedTests;
process.stdout.write(`${numPassedTests} passed, ${failed} failed\n`);
process.exit(status === 0 && numTotalTests > 0 ? 0 : 1);
