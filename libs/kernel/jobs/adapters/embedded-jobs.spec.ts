import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jobsContract } from '../testing/jobs.contract';
import { EmbeddedJobs } from './embedded-jobs';

jobsContract('the embedded adapter', () => {
  const folder = mkdtempSync(join(tmpdir(), 'jd-jobs-'));
  return { jobs: new EmbeddedJobs(folder), reopen: () => new EmbeddedJobs(folder) };
});
