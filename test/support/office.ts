import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger } from 'pino';
import { newUuid } from '@kernel/format';
import { kebab } from '@kernel/http';
import type { DemoStage } from '@system/demo/story';
import { firstLoginsFile, type FirstLogin } from '@system/first-start';
import { readSettings } from '@system/settings';
import { System } from '@system/system';
import { createApp } from '../../apps/api/src/create-app';
import { officeFolder } from './folders';

export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, unknown>>;
}

type Method = 'GET' | 'POST' | 'DELETE';

interface Asked {
  readonly body?: object;
  readonly headers?: Record<string, string>;
}

const PATHS: Readonly<Record<string, string>> = {
  household: 'households',
  notice: 'notices',
  meeting: 'meetings',
  reorganisation: 'reorganisations',
  inspection: 'inspections',
  account: 'accounts',
  parameter: 'parameters',
};

interface Opening {
  readonly demo?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  /** Events to be folded for which the start waits; without it the start waits for all. */
  readonly patience?: number;
  readonly onNote?: (words: string) => void;
  readonly logger?: Logger;
}

/** A whole office on embedded stores, reached over HTTP as its people reach it. */
export class Office {
  readonly #tokens = new Map<string, string>();
  readonly #accounts = new Map<string, string>();

  private constructor(
    readonly system: System,
    readonly app: NestFastifyApplication,
    readonly passwords: ReadonlyMap<string, string>,
  ) {}

  /** Opens an office in a folder, as it was left or new, after its first start; `demo`: a new one with the demo. */
  static async open(
    data = join(mkdtempSync(join(tmpdir(), 'jd-office-')), 'data'),
    { demo = false, env = {}, patience, onNote, logger }: Opening = {},
  ): Promise<Office> {
    if (!existsSync(data)) await officeFolder(demo ? 'demo' : 'new', data);
    const system = await System.open(
      readSettings({ JIANDANG_DATA: data, JIANDANG_LOG_LEVEL: 'silent', JIANDANG_RATE_LIMIT: '1000000', ...env }),
      { ...(onNote && { onNote }) },
    );
    await system.start(undefined, { ...(patience !== undefined && { patience }) });
    const logins = JSON.parse(readFileSync(firstLoginsFile(data), 'utf8')) as readonly FirstLogin[];
    const app = await createApp(system, logger);
    await app.init();
    await app.getHttpAdapter().getInstance().ready();
    return new Office(system, app, new Map(logins.map(({ account, password }) => [account, password])));
  }

  async close(): Promise<void> {
    await this.app.close();
    await this.system.close();
  }

  async call(login: string | undefined, method: Method, path: string, more: Asked = {}): Promise<Answer> {
    const { status, headers, bytes } = await this.raw(login, method, path, more);
    const text = bytes.toString();
    const json = headers['content-type']?.toString().includes('json')
      ? (JSON.parse(text) as Record<string, unknown>)
      : { text };
    return { status, body: json, headers };
  }

  async raw(login: string | undefined, method: Method, path: string, more: Asked = {}) {
    const authorization = login === undefined ? {} : { authorization: `Bearer ${await this.token(login)}` };
    const response = await this.app.inject({
      method,
      url: path.startsWith('/') ? path : `/api/v1/${path}`,
      headers: { ...authorization, ...more.headers },
      ...(more.body && { payload: more.body }),
    });
    return { status: response.statusCode, headers: response.headers, bytes: response.rawPayload };
  }

  async token(login: string): Promise<string> {
    const known = this.#tokens.get(login);
    if (known !== undefined) return known;
    const { body } = await this.call(undefined, 'POST', 'sessions', {
      body: { account: login, password: this.passwords.get(login) },
    });
    const token = String(body['accessToken']);
    this.#tokens.set(login, token);
    const me = await this.call(login, 'GET', 'me');
    this.#accounts.set(login, String(me.body['id']));
    return token;
  }

  async account(login: string): Promise<string> {
    await this.token(login);
    return this.#accounts.get(login) ?? '';
  }

  /** Signs everybody in, so that the story can be told as of any day. */
  async signInAll(): Promise<void> {
    for (const login of this.passwords.keys()) await this.token(login);
  }

  command(
    login: string,
    category: string,
    subject: string,
    command: string,
    ...[body, headers = {}]: readonly [body: object, headers?: Record<string, string>]
  ): Promise<Answer> {
    return this.call(login, 'POST', `${PATHS[category] ?? category}/${subject}/${kebab(command)}`, { body, headers });
  }

  async upload(login: string, kind: string, content: string, name = `${kind}.txt`): Promise<Answer> {
    const boundary = 'jiandang-boundary';
    const payload =
      `--${boundary}\r\ncontent-disposition: form-data; ` +
      `name="kind"\r\n\r\n${kind}\r\n--${boundary}\r\ncontent-disposition: form-data; name="file"; ` +
      `filename="${name}"\r\ncontent-type: text/plain\r\n\r\n${content}\r\n--${boundary}--\r\n`;
    const response = await this.app.inject({
      method: 'POST',
      url: '/api/v1/papers',
      payload,
      headers: {
        authorization: `Bearer ${await this.token(login)}`,
        'content-type': `multipart/form-data; boundary=${boundary}`,
      },
    });
    return { status: response.statusCode, body: response.json(), headers: response.headers };
  }

  /** The stage of a story: every act must be answered 201. */
  stage(): DemoStage {
    return {
      newId: () => newUuid(),
      account: (login) => this.#accounts.get(login) ?? '',
      on: (day) => {
        this.system.clock.set(`${day}T02:00:00.000Z`);
      },
      settled: () => this.system.processes.idle(),
      paper: async (login, kind) => {
        const { status, body } = await this.upload(login, kind, `${kind} ${newUuid()}`);
        if (status !== 201) throw new Error(`paper ${kind}: ${JSON.stringify(body)}`);
        return String(body['subject']);
      },
      act: async (login, category, subject, command, body) => {
        const answer = await this.command(login, category, subject, command, body);
        if (answer.status !== 201)
          throw new Error(`${command}: ${String(answer.status)} ${JSON.stringify(answer.body)}`);
        return answer.body;
      },
    };
  }
}
