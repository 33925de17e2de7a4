import { StoreUnavailable } from '@kernel/engines';
import type { EventStoreDBClient } from '@eventstore/db-client';
import { DamagedStream } from '../event-store';

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
    work.then(resolve, reject).finally(() => {
      clearTimeout(late);
    });
  });

const CLOSING = 1000;

interface Channel {
  close(): void;
}

/** What the driver keeps to itself and its caller needs: which channels it made, and what it never waits for. */
interface Inside {
  createChannel: () => Promise<Channel>;
  handleError: (client: unknown, error: Error) => Promise<void>;
}

/** One client of the driver with its own channel: an error on one call of a client cuts every other call of it. */
export class Connection {
  readonly #client: EventStoreDBClient;
  readonly #channels: Channel[] = [];
  #closed = false;

  private constructor(client: EventStoreDBClient) {
    this.#client = client;
    const inside = client as unknown as Inside;
    const { createChannel, handleError } = inside;
    inside.createChannel = async () => this.#kept(await createChannel());
    // It waits for a channel that may never come, and nobody waits for it: unhandled, that would end the process.
    inside.handleError = (of, error) => handleError(of, error).catch(() => undefined);
  }

  static async open(connection: string): Promise<Connection> {
    const { EventStoreDBClient: Client } = await driver();
    return new Connection(Client.connectionString(connection));
  }

  get client(): EventStoreDBClient {
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
    await within(this.#client.dispose(), CLOSING, 'closing').catch(() => undefined);
    for (const channel of this.#channels) channel.close();
  }

  /** A channel that is found only after the end, by an election that lasted, is of no use any more. */
  #kept(channel: Channel): Channel {
    if (this.#closed) channel.close();
    else this.#channels.push(channel);
    return channel;
  }
}

/**
 * A connection that several use at once; whoever comes after one that failed without a word from the server gets a new
 * one.
 */
export class SharedConnection {
  #current: Promise<Connection> | undefined;
  readonly #users = new Map<Promise<Connection>, number>();
  #closed = false;

  constructor(private readonly connect: () => Promise<Connection>) {}

  async use<T>(work: (client: EventStoreDBClient) => Promise<T>): Promise<T> {
    if (this.#closed) throw new StoreUnavailable('closed', 'the log is closing');
    const mine = (this.#current ??= this.connect());
    this.#users.set(mine, (this.#users.get(mine) ?? 0) + 1);
    try {
      return await work((await mine).client);
    } catch (error) {
      if (isWordless(error) && this.#current === mine) this.#current = undefined;
      throw error;
    } finally {
      this.#leave(mine);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#users.keys()].map(closed));
  }

  /** What others still read on ends with the last of them. */
  #leave(connection: Promise<Connection>): void {
    const left = (this.#users.get(connection) ?? 1) - 1;
    this.#users.set(connection, left);
    if (left > 0 || (connection === this.#current && !this.#closed)) return;
    this.#users.delete(connection);
    void closed(connection);
  }
}

const closed = (connection: Promise<Connection>): Promise<void> =>
  connection.then(
    (one) => one.close(),
    () => undefined,
  );

interface DriverError {
  readonly type?: string;
  readonly actualVersion?: bigint | 'no_stream';
}

const PERMANENT = new Set([
  'access-denied',
  'invalid-argument',
  'stream-deleted',
  'maximum-append-size-exceeded',
  'wrong-expected-version',
]);

export const typeOf = (error: unknown): string => (error as DriverError | undefined)?.type ?? '';

/** Revision that the server named beside a wrong expectation; -1 = there is no such stream. */
export const actualRevision = (error: unknown): number => {
  const { actualVersion = 'no_stream' } = error as DriverError;
  return actualVersion === 'no_stream' ? -1 : Number(actualVersion);
};

/** Whatever is not known to be final may pass: unavailable, cancelled, late, "Server Is Not Ready", a plain error. */
export const isPassing = (error: unknown): boolean =>
  !PERMANENT.has(typeOf(error)) && !(error instanceof StoreUnavailable || error instanceof DamagedStream);

/**
 * Failed without a word from the server: silence, no leader found, no call begun. The driver may keep such a failure
 * and give it to every later call, for ever: the client is thrown away.
 */
export const isWordless = (error: unknown): boolean =>
  error instanceof TimedOut || (typeOf(error) === '' && isPassing(error));

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
const LONGEST = 1000;

/**
 * Milliseconds to wait before the next attempt: doubling, with jitter, up to a second, which is how late a new leader
 * may be noticed.
 */
export const backoff = (attempt: number): number => Math.min(LONGEST, FIRST * 2 ** attempt) * (0.5 + Math.random() / 2);
