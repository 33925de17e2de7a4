import { StoreUnavailable } from '@kernel/engines';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AppendResult, JSONEventData } from '@eventstore/db-client';
import { FormatError, MAX_APPEND_BYTES } from '@kernel/format';
import { DamagedStream, WrongRevision, type NewEvent, type Receipt } from '../event-store';
import {
  actualRevision,
  backoff,
  isPassing,
  isWordless,
  refusalOf,
  typeOf,
  within,
  wordsOf,
  type Connection,
} from './eventstoredb-client';
import { outgoingOf, positionText } from './eventstoredb-events';
import type { StreamReader } from './eventstoredb-reading';

export interface AppendingOptions {
  readonly connect: () => Promise<Connection>;
  readonly reader: StreamReader;
  /** Milliseconds for one attempt; later ones get more. */
  readonly deadline: number;
  /** Milliseconds for which an append whose outcome is not known is repeated. */
  readonly patience: number;
  readonly onTrouble: (error: unknown) => void;
}

interface Append {
  readonly stream: string;
  readonly expected: number;
  readonly events: readonly NewEvent[];
  readonly messages: readonly JSONEventData[];
}

const LONGER = 4;

/**
 * The one client of a process that appends. The driver knows no deadline and may never answer: each attempt has a timer
 * here, and an append whose outcome is not known is repeated identically, which the server answers with the first
 * receipt.
 */
export class Appender {
  readonly #options: AppendingOptions;
  readonly #turns = new Map<string, Promise<undefined>>();
  #connection: Promise<Connection>;
  #closed = false;

  constructor(options: AppendingOptions) {
    this.#options = options;
    this.#connection = options.connect();
  }

  /** @throws WrongRevision, StoreUnavailable, FormatError */
  append(stream: string, expected: number, events: readonly NewEvent[]): Promise<Receipt> {
    if (this.#closed) throw new StoreUnavailable('closed', 'the log is closing');
    const append = { stream, expected, events, messages: outgoingOf(stream, expected, events) };
    return this.#inTurn(stream, () => this.#append(append));
  }

  /**
   * Appends to one stream go one after the other: the driver may swap what is sent at once, and what fails is repeated.
   */
  async #inTurn<T>(stream: string, work: () => Promise<T>): Promise<T> {
    const mine = (this.#turns.get(stream) ?? Promise.resolve()).then(work);
    const settled = mine.then(
      () => undefined,
      () => undefined,
    );
    this.#turns.set(stream, settled);
    try {
      return await mine;
    } finally {
      if (this.#turns.get(stream) === settled) this.#turns.delete(stream);
    }
  }

  /** Lets what is under way finish, then closes. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#turns.values());
    await (await this.#connection).close();
  }

  async #append(append: Append): Promise<Receipt> {
    const until = Date.now() + this.#options.patience;
    const known = this.#options.reader.known;
    for (let attempt = 0; ; attempt++) {
      try {
        const receipt = receiptOf(append, await this.#send(append, attempt));
        const repeated = attempt > 0 || (known !== undefined && receipt.position <= known);
        if (repeated) await this.#compare(append);
        this.#options.reader.learn(receipt.position);
        return receipt;
      } catch (error) {
        if (isTold(error)) throw error;
        if (!isPassing(error)) throw attempt === 0 ? failureOf(append, error) : unknownOutcome(append, error);
        if (Date.now() > until) throw unknownOutcome(append, error);
        this.#options.onTrouble(error);
        await sleep(backoff(attempt));
      }
    }
  }

  async #send({ stream, expected, messages }: Append, attempt: number): Promise<AppendResult> {
    const current = this.#connection;
    const { client } = await current;
    const expectedRevision = expected === -1 ? ('no_stream' as const) : BigInt(expected);
    const limit = this.#options.deadline * Math.min(attempt + 1, LONGER);
    try {
      return await within(client.appendToStream(stream, [...messages], { expectedRevision }), limit, 'append');
    } catch (error) {
      if (isWordless(error)) this.#renew(current);
      throw typeOf(error) === 'wrong-expected-version'
        ? new WrongRevision(stream, expected, actualRevision(error))
        : error;
    }
  }

  /**
   * A client that did not answer is not asked again. The driver shares its pending answers: the old client closes
   * first.
   */
  #renew(stale: Promise<Connection>): void {
    if (stale !== this.#connection || this.#closed) return;
    const closed = stale.then(
      (connection) => connection.close(),
      () => undefined,
    );
    this.#connection = closed.then(() => this.#options.connect());
  }

  /**
   * The server compares ids only: what stands there must be what was sent. It was answered as written: what cannot be
   * compared is not known.
   * @throws WrongRevision, StoreUnavailable (`unknown`)
   */
  async #compare(append: Append): Promise<void> {
    const { reader } = this.#options;
    const { stream, expected, events } = append;
    const unread = (error: unknown): never => {
      throw unknownOutcome(append, error);
    };
    const there = await reader.stream(stream, { from: expected + 1, to: expected + events.length }).catch(unread);
    const same =
      there.length === events.length &&
      there.every(({ id, meta }, index) => id === events[index]?.id && meta['h'] === events[index].meta['h']);
    if (same) return;
    const [last] = await reader.stream(stream, { direction: 'backward', limit: 1 }).catch(unread);
    throw new WrongRevision(stream, expected, last?.revision ?? -1);
  }
}

/** A soft-deleted stream goes on where it was: then the server's revision is not ours. @throws DamagedStream */
const receiptOf = ({ stream, expected, events }: Append, { nextExpectedRevision, position }: AppendResult): Receipt => {
  const revision = Number(nextExpectedRevision);
  if (revision !== expected + events.length || position === undefined)
    throw new DamagedStream(stream, expected + events.length, revision);
  return { revision, position: positionText(position) };
};

/** Its own words say all that is known. */
const isTold = (error: unknown): boolean =>
  error instanceof StoreUnavailable || error instanceof WrongRevision || error instanceof DamagedStream;

/** The first answer is a refusal: nothing was written. */
const failureOf = ({ stream }: Append, error: unknown): Error => {
  if (typeOf(error) === 'stream-deleted') return new DamagedStream(stream, 0);
  if (typeOf(error) === 'maximum-append-size-exceeded')
    return new FormatError('append-too-large', '', MAX_APPEND_BYTES);
  return refusalOf(error, `to append to ${stream}`);
};

const unknownOutcome = ({ stream, expected }: Append, error: unknown): StoreUnavailable =>
  new StoreUnavailable(
    'unknown',
    `it is not known whether the append to ${stream} behind revision ${String(expected)} was written ` +
      `(${wordsOf(error)}): the same command again tells`,
  );
