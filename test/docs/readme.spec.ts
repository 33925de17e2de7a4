import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const root = join(__dirname, '../..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');

const { bin } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { bin: { jiandang: string } };

const block = (name: string): string => {
  const [, after = ''] = readme.split(`<!-- tour: ${name} -->`);
  return /```bash\n([\s\S]*?)```/.exec(after)?.[1] ?? '';
};

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });

const started = (system: ChildProcess): Promise<string> =>
  new Promise((resolve, reject) => {
    let said = '';
    system.stdout?.on('data', (data: Buffer) => {
      said += data.toString();
      if (said.includes('first-logins.json')) resolve(said);
    });
    system.stderr?.on('data', (data: Buffer) => (said += data.toString()));
    system.on('exit', () => {
      reject(new Error(said));
    });
  });

describe('the README', () => {
  it('starts with its one command, and every command of its tour works', async () => {
    const scratch = mkdtempSync(join(tmpdir(), 'jd-readme-'));
    const env = {
      ...process.env,
      PORT: String(await freePort()),
      JIANDANG_DATA: join(scratch, 'data'),
      TMPDIR: scratch,
      JIANDANG_LOG_LEVEL: 'warn',
    };
    const bash = async (script: string): Promise<string> =>
      (await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', script], { cwd: root, env, maxBuffer: 1e8 }))
        .stdout;
    const system = spawn('npm', ['start', '--silent'], { cwd: root, env, detached: true });
    const exited = new Promise((resolve) => system.on('exit', resolve));
    try {
      expect(await started(system)).toContain('/docs');
      const running = await bash(block('running'));
      expect(running).toMatch(/^exited$/m);
      expect(running).toMatch(/^pre-exit$/m);
      expect(running).toMatch(/^township-reviewed$/m);
      expect(running).toContain('HouseholdExitConsentGiven');
      expect(running).toContain("code: 'record/unknown-reference'");
      expect(running).toContain('完好 sound');
      const proof = await bash(block('proof, running'));
      expect(proof).toMatch(/^jiandang\.local\/[0-9a-f-]{36}\n\d+\n/m);
      expect(proof).toContain('case-12 evidence-pack');
    } finally {
      if (system.exitCode === null) process.kill(-(system.pid ?? 0), 'SIGTERM');
      await exited;
    }
    expect(await bash(`node ${bin.jiandang} --help`)).toContain('Usage: jiandang');
    const stopped = await bash(block('stopped'));
    expect(stopped).toContain('HouseholdExited');
    expect(stopped).toContain('状态 status pre-exit');
    expect(stopped).toContain('一致 equal');
    expect(stopped).toContain('"accepted":0,"refused":0,"unchanged":60');
    const proven = await bash(block('proof, stopped'));
    expect(proven).toMatch(/完好 sound: .*evidence\.zip/);
    expect(proven).toMatch(/hash\s+household-[0-9a-f-]{36}/);
    expect(proven).toContain('named: which event');
  }, 240_000);
});
