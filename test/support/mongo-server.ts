import { execFile, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { MongoClient } from 'mongodb';
import { until } from './until';

/** A server to test against; without it FerretDB is built and started. */
export const given = process.env['MONGODB_URL'];
export const canServe = given !== undefined || spawnSync('go', ['version']).status === 0;
export const WHY = 'for want of MONGODB_URL or of Go, which builds a server (https://go.dev/dl)';

/** The first test of a machine waits while the server is built. */
export const BUILD = 900_000;

const SOURCE = join(__dirname, 'ferretdb');

/** The server's program, built once for each state of its source. */
const ferretdb = async (): Promise<string> => {
  const hash = createHash('sha256');
  for (const file of ['go.sum', 'main.go']) hash.update(readFileSync(join(SOURCE, file)));
  const folder = join(tmpdir(), `jiandang-ferretdb-${hash.digest('hex').slice(0, 16)}`);
  mkdirSync(folder, { recursive: true });
  const [program, lock] = [join(folder, 'ferretdb'), join(folder, 'building')];
  while (!existsSync(program)) {
    if (taken(lock)) await sleep(500);
    else
      await build(program).finally(() => {
        rmSync(lock, { recursive: true, force: true });
      });
  }
  return program;
};

/** True while another process builds; a lock that outlived its process is not believed for ever. */
const taken = (lock: string): boolean => {
  try {
    mkdirSync(lock);
    return false;
  } catch {
    const since = statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
    if (Date.now() - since > BUILD) rmSync(lock, { recursive: true, force: true });
    return true;
  }
};

const build = async (program: string): Promise<void> => {
  process.stderr.write('building FerretDB for the tests, once: some minutes\n');
  const partly = `${program}.${String(process.pid)}`;
  await promisify(execFile)('go', ['build', '-o', partly, '.'], { cwd: SOURCE, maxBuffer: 64 * 1024 * 1024 });
  renameSync(partly, program);
};

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => {
        resolve(port);
      });
    });
  });

/** The server that MONGODB_URL names, or one of our own that can be killed and frozen. */
export class MongoServer {
  #process: ChildProcess | undefined;
  #databases = 0;

  private constructor(
    private readonly program: string,
    private readonly state: string,
    readonly url: string,
  ) {}

  static async start(): Promise<MongoServer> {
    if (given !== undefined) return new MongoServer('', '', given);
    const program = await ferretdb();
    const state = mkdtempSync(join(tmpdir(), 'jd-mongo-'));
    const server = new MongoServer(program, state, `mongodb://127.0.0.1:${String(await freePort())}/`);
    await server.up();
    return server;
  }

  /** A database name that no other test has. */
  database(): string {
    this.#databases += 1;
    return `jd-test-${String(process.pid)}-${String(Date.now())}-${String(this.#databases)}`;
  }

  /** Starts it (again) on the same files; resolves when it answers. */
  async up(): Promise<void> {
    if (this.program === '') return;
    const address = this.url.slice('mongodb://'.length, -1);
    this.#process = spawn(this.program, ['-listen', address, '-state', this.state], {
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    await until('FerretDB answers', () => this.#answers());
  }

  /** `SIGKILL`. */
  async kill(): Promise<void> {
    const child = this.#process;
    if (child?.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  }

  freeze(): void {
    this.#process?.kill('SIGSTOP');
  }

  thaw(): void {
    this.#process?.kill('SIGCONT');
  }

  async stop(): Promise<void> {
    await this.kill();
    if (this.state !== '') rmSync(this.state, { recursive: true, force: true });
  }

  async #answers(): Promise<boolean> {
    const client = new MongoClient(this.url, { serverSelectionTimeoutMS: 1000 });
    try {
      await client.db('admin').command({ ping: 1 });
      return true;
    } catch {
      return false;
    } finally {
      await client.close();
    }
  }
}
