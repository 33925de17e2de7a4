import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newUuid } from '@kernel/format';
import { kebab } from '@kernel/http';
import type { DemoStage } from '@system/demo/story';
import { firstLoginsFile, type FirstLogin } from '@system/first-start';
import { readSettings, type Settings } from '@system/settings';
import { System } from '@system/system';
import { Collector } from './collector';
import { ServedDouble } from './eventstoredb/serving';
import { MongoServer } from './mongo-server';
import type { Answer } from './office';
import { freePort, RedisServer } from './redis';
import { TcpProxy } from './tcp-proxy';
import { until } from './until';

const portOf = (url: string): number => Number(/:(\d+)/.exec(url.slice(url.indexOf('//') + 2))?.[1]);

/** The three engines, each behind a line that can be cut. */
export class Engines {
  private constructor(
    readonly servers: { readonly events: ServedDouble; readonly mongo: MongoServer; readonly redis: RedisServer },
    readonly collector: Collector,
    readonly lines: { readonly events: TcpProxy; readonly mongo: TcpProxy; readonly redis: TcpProxy },
    readonly env: Readonly<Record<string, string>>,
  ) {}

  static async start(): Promise<Engines> {
    const events = new ServedDouble(join(mkdtempSync(join(tmpdir(), 'jd-double-')), 'log.jsonl'));
    const [mongo, redis] = await Promise.all([MongoServer.start(), RedisServer.start(), events.start()]);
    const collector = await Collector.start();
    const lines = {
      events: await TcpProxy.start(portOf(events.address)),
      mongo: await TcpProxy.start(portOf(mongo.url)),
      redis: await TcpProxy.start(redis.port),
    };
    const env = {
      JIANDANG_EVENTSTOREDB: `esdb://127.0.0.1:${String(lines.events.port)}?tls=false&insecure=true`,
      JIANDANG_MONGODB: `mongodb://127.0.0.1:${String(lines.mongo.port)}/${mongo.database()}?insecure=true`,
      JIANDANG_REDIS: `redis://127.0.0.1:${String(lines.redis.port)}/0`,
      JIANDANG_MASTER_KEY: `1:${Buffer.alloc(32, 7).toString('base64url')}`,
      JIANDANG_DATA: join(mkdtempSync(join(tmpdir(), 'jd-scaled-')), 'data'),
      JIANDANG_LOG_LEVEL: 'warn',
      JIANDANG_RATE_LIMIT: '1000000',
      JIANDANG_DEMO: 'off',
      JIANDANG_HEALTH_PORT: '0',
      JIANDANG_TRACES: collector.url,
      OTEL_BSP_SCHEDULE_DELAY: '300',
      HOST: '127.0.0.1',
    };
    return new Engines({ events, mongo, redis }, collector, lines, env);
  }

  get settings(): Settings {
    return readSettings(this.env);
  }

  async stop(): Promise<void> {
    await Promise.all(Object.values(this.lines).map((line) => line.stop()));
    const { events, mongo, redis } = this.servers;
    await Promise.all([events.kill(), mongo.stop(), redis.stop(), this.collector.stop()]);
  }
}

/** One process of the system; what it says on its error output is kept. */
export class AppProcess {
  readonly troubles: string[] = [];
  #said = '';

  /** What it has said on its output. */
  get said(): string {
    return this.#said;
  }

  private constructor(private readonly child: ChildProcess) {
    child.stdout?.on('data', (chunk: Buffer) => {
      this.#said += chunk.toString();
    });
    child.stderr?.on('data', (chunk: Buffer) => this.troubles.push(chunk.toString()));
  }

  static start(app: 'api' | 'projector' | 'worker', env: Readonly<Record<string, string>>): AppProcess {
    const path = { PATH: process.env['PATH'] ?? '', ...env };
    return new AppProcess(fork(join(__dirname, 'engine-process.cjs'), [app], { env: path, silent: true }));
  }

  async running(): Promise<this> {
    const ended = () => this.child.exitCode !== null;
    await until('it runs', () => ended() || this.#said.includes('running'), { within: 120_000 });
    if (ended()) throw new Error(this.troubles.join('') || 'did not start');
    return this;
  }

  async set(instant: string | undefined): Promise<void> {
    const set = once(this.child, 'message');
    this.child.send({ instant });
    await set;
  }

  /** `SIGTERM`: answers the exit code. */
  async stop(): Promise<number | null> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return this.child.exitCode;
    const ended = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await ended;
    return this.child.exitCode;
  }

  freeze(): void {
    this.child.kill('SIGSTOP');
  }

  /** Lets a frozen process go on; answers the exit code when it has ended by itself. */
  async thawed(): Promise<number | null> {
    const ended = once(this.child, 'exit');
    this.child.kill('SIGCONT');
    await ended;
    return this.child.exitCode;
  }

  async kill(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await ended;
  }
}

const PATHS: Readonly<Record<string, string>> = { household: 'households', notice: 'notices', meeting: 'meetings' };

/** Two APIs, projector and worker as processes on engines; reached over HTTP, each call by the other API. */
export class ScaledOffice {
  readonly #tokens = new Map<string, string>();
  readonly #accounts = new Map<string, string>();
  #turn = 0;

  private constructor(
    /** Looks at the same stores; hosts nothing. */
    readonly system: System,
    readonly processes: readonly AppProcess[],
    readonly urls: readonly string[],
    private readonly passwords: ReadonlyMap<string, string>,
  ) {}

  static async open({ env, settings }: Engines): Promise<ScaledOffice> {
    const ports = [await freePort(), await freePort()];
    const followers = [AppProcess.start('worker', env), AppProcess.start('projector', env)];
    const apis = ports.map((port) => AppProcess.start('api', { ...env, PORT: String(port) }));
    const all = [...followers, ...apis];
    await Promise.all(all.map((one) => one.running())).catch(async (error: unknown) => {
      await Promise.all(all.map((one) => one.kill()));
      throw error;
    });
    const system = await System.open(settings, { opensLog: false });
    await system.start([]);
    await system.caughtUp();
    const logins = JSON.parse(readFileSync(firstLoginsFile(settings.data), 'utf8')) as readonly FirstLogin[];
    const passwords = new Map(logins.map(({ account, password }) => [account, password]));
    return new ScaledOffice(
      system,
      all,
      ports.map((port) => `http://127.0.0.1:${String(port)}`),
      passwords,
    );
  }

  async call(
    login: string | undefined,
    method: 'GET' | 'POST',
    path: string,
    body?: object | FormData,
  ): Promise<Answer> {
    this.#turn += 1;
    const url = `${this.urls[this.#turn % this.urls.length] ?? ''}${path.startsWith('/') ? path : `/api/v1/${path}`}`;
    const form = body instanceof FormData;
    const headers = {
      ...(login !== undefined && { authorization: `Bearer ${await this.token(login)}` }),
      ...(body && !form && { 'content-type': 'application/json' }),
    };
    const response = await fetch(url, { method, headers, ...(body && { body: form ? body : JSON.stringify(body) }) });
    const text = await response.text();
    const json = response.headers.get('content-type')?.includes('json') ? (JSON.parse(text) as object) : { text };
    return { status: response.status, body: json as Answer['body'], headers: Object.fromEntries(response.headers) };
  }

  async token(login: string): Promise<string> {
    const known = this.#tokens.get(login);
    if (known !== undefined) return known;
    const { body } = await this.call(undefined, 'POST', 'sessions', {
      account: login,
      password: this.passwords.get(login),
    });
    this.#tokens.set(login, String(body['accessToken']));
    this.#accounts.set(login, String((await this.call(login, 'GET', 'me')).body['id']));
    return String(body['accessToken']);
  }

  async signInAll(): Promise<void> {
    for (const login of this.passwords.keys()) await this.token(login);
  }

  async on(instant: string | undefined): Promise<void> {
    this.system.clock.set(instant);
    await Promise.all(this.processes.map((one) => one.set(instant)));
  }

  /** The stage of a story: every act must be answered 201, by whichever API is next. */
  stage(): DemoStage {
    let clock: Promise<void> = Promise.resolve();
    const must = (what: string, { status, body }: Answer): Answer['body'] => {
      if (status !== 201) throw new Error(`${what}: ${String(status)} ${JSON.stringify(body)}`);
      return body;
    };
    return {
      newId: () => newUuid(),
      account: (login) => this.#accounts.get(login) ?? '',
      on: (day) => {
        clock = clock.then(() => this.on(`${day}T02:00:00.000Z`));
      },
      settled: async () => {
        await clock;
        await this.system.processes.idle();
      },
      paper: async (login, kind) => {
        await clock;
        const form = new FormData();
        form.set('kind', kind);
        form.set('file', new Blob([`${kind} ${newUuid()}`], { type: 'text/plain' }), `${kind}.txt`);
        return String(must(`paper ${kind}`, await this.call(login, 'POST', 'papers', form))['subject']);
      },
      act: async (login, category, subject, command, body) => {
        await clock;
        const path = `${PATHS[category] ?? category}/${subject}/${kebab(command)}`;
        return must(command, await this.call(login, 'POST', path, body));
      },
    };
  }

  /** Ends every process as its platform would; answers their exit codes. */
  async close(): Promise<readonly (number | null)[]> {
    await this.system.close();
    return Promise.all(this.processes.map((one) => one.stop()));
  }
}
