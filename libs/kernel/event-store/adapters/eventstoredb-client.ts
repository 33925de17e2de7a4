import { StoreUnavailable } from '@kernel/engines';
import type { EventStoreDBClient } from '@eventstore/db-client';

type Driver = typeof import('@eventstore/db-client');

let loading: Promise<Driver> | undefined;

/** Loaded when an address names it, never before: its generated classes are global to the process. */
const driver = (): Promise<Driver> => (loading ??= import('@eventstore/db-client'));

/** An answer did not come in time; whether the work was done is not known. */
export class TimedOut extends Error {
  override readonly name = 'TimedOut';
}

/** Waits for at most `limit` ms; what comes later is ignored. @throws TimedOut */
export const within = <T>(work: Promise<T>, limit: number, what: string): Promise<T> =>
  new Promise((resolve, reject) => {
    const late = setTimeout(() => {
      reject(new TimedOut(`${what}: no answer within ${String(limit)} ms`));
    }, limit);
    work.then(resolve, reject).finally(() => { clearTimeout(late); }); // prettier-ignore
  });

const CLOSING = 1000;

/** One client of the driver with its own channel: an error on one call of a client cuts every other call of it. */
export class Connection {
  readonly #client: EventStoreDBClient;
  #used = false;
  #closed = false;

  private constructor(client: EventStoreDBClient) {
    this.#client = client;
  }

  static async open(connection: string): Promise<Connection> {
    const { EventStoreDBClient: Client } = await driver();
    return new Connection(Client.connectionString(connection));
  }

  get client(): EventStoreDBClient {
    this.#used = true;
    return this.#client;
  }

  /** Version of the server, `unknown` where it does not tell. */
  async serverVersion(limit: number): Promise<string> {
    const { serverVersion } = await within(this.client['capabilities'], limit, 'asking the server for its version');
    return serverVersion;
  }

  /** Cancels what is open and closes the channel: `dispose` alone leaves it to keep the process for seconds. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    if (!this.#used) return;
    await within(this.#client.dispose(), CLOSING, 'closing').catch(() => undefined);
    await within(this.#client['getChannel'](), CLOSING, 'closing').then((channel) => { channel.close(); }).catch(() => undefined); // prettier-ignore
  }
}

interface DriverError {
  readonly type?: string;
  readonly actualVersion?: bigint | 'no_stream';
}

const PERMANENT = new Set(['access-denied', 'invalid-argument', 'stream-deleted', 'maximum-append-size-exceeded', 'wrong-expected-version']); // prettier-ignore

export const typeOf = (error: unknown): string => (error as DriverError | undefined)?.type ?? '';

/** Revision that the server named beside a wrong expectation; -1 = there is no such stream. */
export const actualRevision = (error: unknown): number => {
  const { actualVersion = 'no_stream' } = error as DriverError;
  return actualVersion === 'no_stream' ? -1 : Number(actualVersion);
};

/** Whatever is not known to be final may pass: unavailable, cancelled, late, "Server Is Not Ready", a plain error. */
export const isPassing = (error: unknown): boolean =>
  !PERMANENT.has(typeOf(error)) && !(error instanceof StoreUnavailable);

export const wordsOf = (error: unknown): string => {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  return `${typeOf(error) === '' ? name : typeOf(error)}${message === '' ? '' : `: ${message}`}`;
};

/** The words of a final error of the server. */
export const refusalOf = (error: unknown, what: string): StoreUnavailable =>
  typeOf(error) === 'access-denied'
    ? new StoreUnavailable('io', `EventStoreDB refuses ${what}: user or password are wrong, or may not do this`)
    : new StoreUnavailable('io', `EventStoreDB refuses ${what}: ${wordsOf(error)}`);

const FIRST = 100;
const LONGEST = 5000;

/** Milliseconds to wait before the next attempt: doubling, with jitter, up to five seconds. */
export const backoff = (attempt: number): number => Math.min(LONGEST, FIRST * 2 ** attempt) * (0.5 + Math.random() / 2);
