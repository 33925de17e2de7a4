import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder that all workers of one run of tests share. */
export default (): (() => void) => {
  const shared = mkdtempSync(join(tmpdir(), 'jd-run-'));
  process.env['TEST_RUN_FOLDER'] = shared;
  return () => {
    rmSync(shared, { recursive: true, force: true });
  };
};
