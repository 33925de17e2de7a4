import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jobsContract } from '../testing/jobs.contract';
import { EmbeddedJobs } from './embedded-jobs';

jobsContract('the embedded adapter', () => {
  const folder = mkdtempSync(join(tmpdir(), 'jd-jobs-'));
  const make = () => new EmbeddedJobs(folder, { sweepEvery: 50 });
  return Promise.resolve({ jobs: make(), reopen: () => Promise.resolve(make()) });
});
