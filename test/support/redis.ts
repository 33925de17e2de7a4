import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { until } from './until';

const found = spawnSync('redis-server', ['--version'], { encoding: 'utf8' }).status === 0;

/** Tests that need a redis-server: where there is none they are skipped by name, and it is said why. */
export const describeOnRedis = (name: string, tests: () => void): void => {
  if (found) describe(name, tests);
  else describe.skip(`${name} (skipped: apt-get install redis-server)`, tests);
  if (!found) process.stderr.write(`skipped: ${name}, for want of redis-server (apt-get install redis-server)\n`);
};

export const freePort = (): Promise<number> =>
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

/** A redis-server of its own: its port, its folder, an append-only file; killed, frozen and emptied at will. */
export class RedisServer {
  #process: ChildProcess | undefined;

  private constructor(
    private readonly folder: string,
    readonly port: number,
    private readonly settings: readonly string[],
  ) {}

  static async start(...settings: readonly string[]): Promise<RedisServer> {
    const server = new RedisServer(mkdtempSync(join(tmpdir(), 'jd-redis-')), await freePort(), settings);
    await server.up();
    return server;
  }

  get url(): string {
    return `redis://127.0.0.1:${String(this.port)}`;
  }

  /** Starts it (again) on the same files; resolves when it answers. */
  async up(): Promise<void> {
    const fixed = ['--port', String(this.port), '--bind', '127.0.0.1', '--dir', this.folder, '--save', ''];
    const kept = ['--appendonly', 'yes', '--maxmemory-policy', 'noeviction'];
    this.#process = spawn('redis-server', [...fixed, ...kept, ...this.settings], { stdio: 'ignore', detached: true });
    await until('redis-server answers', () => this.ask((redis) => redis.ping()).catch(() => undefined));
  }

  /** `SIGKILL`, to the child that rewrites its file as well: what it had not written is lost. */
  async kill(): Promise<void> {
    const server = this.#process;
    if (server?.pid === undefined || server.exitCode !== null || server.signalCode !== null) return;
    const ended = new Promise((resolve) => server.once('exit', resolve));
    process.kill(-server.pid, 'SIGKILL');
    await ended;
  }

  freeze(): void {
    this.#process?.kill('SIGSTOP');
  }

  thaw(): void {
    this.#process?.kill('SIGCONT');
  }

  flush(): Promise<unknown> {
    return this.ask((redis) => redis.flushall());
  }

  /** One question over a connection of its own. */
  async ask<T>(question: (redis: Redis) => Promise<T>): Promise<T> {
    const redis = new Redis(this.url, { lazyConnect: true, retryStrategy: () => null, connectTimeout: 1000 });
    redis.on('error', () => undefined);
    try {
      await redis.connect();
      return await question(redis);
    } finally {
      redis.disconnect();
    }
  }

  async stop(): Promise<void> {
    this.thaw();
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
