import { StoreUnavailable } from '@kernel/engines';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AppendResult, JSONEventData } from '@eventstore/db-client';
import { FormatError, MAX_APPEND_BYTES } from '@kernel/format';
import { WrongRevision, type NewEvent, type Receipt } from '../event-store';
import { actualRevision, backoff, isPassing, refusalOf, TimedOut, typeOf, within, wordsOf, type Connection } from './eventstoredb-client'; // prettier-ignore
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
 * The one client of a process that appends. The driver knows no deadline and may never answer: each attempt has a timer here,
 * and an append whose outcome is not known is repeated identically, which the server answers with the first receipt.
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

  /** Appends to one stream go one after the other: the driver may swap what is sent at once, and what fails is repeated. */
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
        if (!isPassing(error) || error instanceof WrongRevision) throw failureOf(append, error);
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
      if (error instanceof TimedOut) this.#renew(current);
      throw error;
    }
  }

  /** A stream that did not answer is not asked again. The driver shares its pending answers: the old client closes first. */
  #renew(stale: Promise<Connection>): void {
    if (stale !== this.#connection || this.#closed) return;
    this.#connection = stale.then(async (connection) => {
      await connection.close();
      return this.#options.connect();
    });
  }

  /** The server compares ids only: what stands there must be what was sent. @throws WrongRevision */
  async #compare({ stream, expected, events }: Append): Promise<void> {
    const there = await this.#options.reader.stream(stream, { from: expected + 1, to: expected + events.length });
    const same =
      there.length === events.length &&
      there.every(({ id, meta }, index) => id === events[index]?.id && meta['h'] === events[index].meta['h']);
    if (same) return;
    const [last] = await this.#options.reader.stream(stream, { direction: 'backward', limit: 1 });
    throw new WrongRevision(stream, expected, last?.revision ?? -1);
  }
}

/** A soft-deleted stream goes on where it was: then the server's revision is not ours. */
const receiptOf = ({ stream, expected, events }: Append, { nextExpectedRevision, position }: AppendResult): Receipt => {
  const revision = Number(nextExpectedRevision);
  if (revision !== expected + events.length || position === undefined)
    throw new StoreUnavailable('io', `${stream} was deleted on the server and goes on at revision ${String(revision)}: run verify`); // prettier-ignore
  return { revision, position: positionText(position) };
};

const failureOf = ({ stream, expected }: Append, error: unknown): unknown => {
  if (error instanceof StoreUnavailable || error instanceof WrongRevision) return error;
  if (typeOf(error) === 'wrong-expected-version') return new WrongRevision(stream, expected, actualRevision(error));
  if (typeOf(error) === 'maximum-append-size-exceeded')
    return new FormatError('append-too-large', '', MAX_APPEND_BYTES);
  return refusalOf(error, `to append to ${stream}`);
};

const unknownOutcome = ({ stream, expected }: Append, error: unknown): StoreUnavailable =>
  new StoreUnavailable(
    'unknown',
    `it is not known whether the append to ${stream} behind revision ${String(expected)} was written (${wordsOf(error)}): the same command again tells`,
  );
