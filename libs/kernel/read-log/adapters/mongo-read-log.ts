import { StoreUnavailable } from '@kernel/engines';
import type { Collection, Db } from 'mongodb';
import { ensureIndexes, isDuplicate } from '@kernel/engines/adapters/mongo-connection';
import { newUuid } from '@kernel/format';
import { addDays } from '@kernel/sourcing';
import { cursorText, readId, readOf, segmentOf, type ReadCursor } from '../read-chain';
import {
  ReadLog,
  type ChainedRead,
  type ListedRead,
  type ReadPage,
  type ReadQuery,
  type ReadRecord,
  type Segment,
} from '../read-log';
import { type ReadDocument, placeOf, chained, partsOf, filterOf, type Waiting } from './read-documents';

interface About {
  readonly _id: 'closed';
  readonly day: string;
}

const PAGE = 1000;
const BATCH = 500;
const ATTEMPTS = 50;
/** Days before a closing that are ended even without records: nobody is later than that. */
const LATE_DAYS = 31;

/** The read log in MongoDB, written by every process: a unique place in the chain of a day decides who was first. */
export class MongoReadLog extends ReadLog {
  readonly #reads: Collection<ReadDocument>;
  readonly #about: Collection<About>;
  #closedThrough = '';
  #queue: Waiting[] = [];
  #writing: Promise<void> | undefined;
  #ended = false;

  private constructor(db: Db) {
    super();
    this.#reads = db.collection('reads');
    this.#about = db.collection('reads-about');
  }

  static async open(db: Db): Promise<MongoReadLog> {
    await ensureIndexes(db.collection('reads'), [
      { name: 'subjects', key: { subjects: 1, _id: -1 } },
      { name: 'actor', key: { actor: 1, _id: -1 } },
      { name: 'glass', key: { glass: 1, _id: -1 } },
      { name: 'day', key: { day: 1, idx: 1 } },
    ]);
    const reads = new MongoReadLog(db);
    reads.#closedThrough = await reads.#closed();
    return reads;
  }

  record(read: ReadRecord): Promise<void> {
    if (this.#ended) return Promise.reject(new StoreUnavailable('closed', 'the read log is closed'));
    return new Promise((done, failed) => {
      this.#queue.push({ read, done, failed });
      this.#writing ??= this.#writeAll().finally(() => (this.#writing = undefined));
    });
  }

  async list(query: ReadQuery): Promise<ReadPage> {
    const { limit = 50 } = query;
    const found: (ReadCursor & { readonly read: ListedRead })[] = [];
    for (const [part, after] of partsOf(query)) {
      if (found.length > limit) break;
      const documents = await this.#reads
        .find(filterOf(query, part, after), { sort: { _id: -1 }, limit: limit + 1 - found.length })
        .toArray();
      for (const { day, idx, text } of documents)
        found.push({ part, day, index: idx, read: { id: readId(day, idx), ...readOf(text) } });
    }
    const last = found[limit - 1];
    const items = found.slice(0, limit).map(({ read }) => read);
    return { items, ...(found.length > limit && last && { next: cursorText(last) }) };
  }

  async segments(): Promise<readonly Segment[]> {
    const closed = await this.#closed();
    const counted = await this.#reads
      .aggregate<{ _id: string; count: number }>([
        { $match: { end: false } },
        { $group: { _id: '$day', count: { $sum: 1 } } },
      ])
      .toArray();
    const days = counted.map(({ _id: day, count }) => ({ day, count, closed: day <= closed }));
    return days.sort((one, other) => (one.day < other.day ? -1 : 1));
  }

  async *chain(day: string): AsyncIterable<readonly ChainedRead[]> {
    for (let after = ''; ;) {
      const page = await this.#reads
        .find({ day, end: false, _id: { $gt: after } }, { sort: { _id: 1 }, limit: PAGE })
        .toArray();
      const last = page.at(-1);
      if (!last) return;
      after = last._id;
      yield page.map(({ idx, text, h }) => ({ index: idx, text, h }));
    }
  }

  async closeThrough(day: string): Promise<void> {
    const before = await this.#closed();
    if (day > before) await this.#about.updateOne({ _id: 'closed' }, { $set: { day } }, { upsert: true });
    this.#closedThrough = day > before ? day : before;
    const open = (await this.segments()).filter((one) => one.day <= day).map((one) => one.day);
    const earliest = addDays(day, -LATE_DAYS);
    const first = before > earliest ? addDays(before, 1) : earliest;
    const days = new Set(open);
    for (let one = first; one <= day; one = addDays(one, 1)) days.add(one);
    for (const one of days) await this.#end(one);
  }

  async destroyThrough(day: string): Promise<void> {
    const closed = await this.#closed();
    await this.#reads.deleteMany({ end: false, day: { $lte: day < closed ? day : closed } });
  }

  async close(): Promise<void> {
    this.#ended = true;
    await this.#writing;
  }

  async #closed(): Promise<string> {
    return (await this.#about.findOne({ _id: 'closed' }))?.day ?? '';
  }

  #last(day: string): Promise<ReadDocument | null> {
    return this.#reads.findOne({ day }, { sort: { _id: -1 } });
  }

  /** Puts the end behind the last record: whoever has not heard of the closing meets it. */
  async #end(day: string): Promise<void> {
    for (;;) {
      const last = await this.#last(day);
      if (last?.end) return;
      const idx = (last?.idx ?? -1) + 1;
      const none = { glass: false, actor: '', view: '', subjects: [], text: '', h: '' };
      try {
        await this.#reads.insertOne({ _id: placeOf(day, idx), day, idx, writer: newUuid(), end: true, ...none });
        return;
      } catch (error) {
        if (!isDuplicate(error)) throw error;
      }
    }
  }

  /** Whatever queued while the last batch was written is the next one. */
  async #writeAll(): Promise<void> {
    await Promise.resolve();
    while (this.#queue.length > 0) {
      const batch = this.#queue.splice(0, BATCH);
      const days = this.#byDay(batch);
      for (const [day, waiting] of days) await this.#write(day, waiting);
    }
  }

  #byDay(batch: readonly Waiting[]): ReadonlyMap<string, Waiting[]> {
    const days = new Map<string, Waiting[]>();
    for (const one of batch) {
      const day = segmentOf(one.read.at, this.#closedThrough);
      days.set(day, [...(days.get(day) ?? []), one]);
    }
    return days;
  }

  async #write(day: string, waiting: readonly Waiting[]): Promise<void> {
    const writer = newUuid();
    let left = waiting;
    try {
      for (let attempt = 0; left.length > 0; attempt++) {
        if (attempt === ATTEMPTS) throw new Error('other processes write without pause');
        const last = await this.#last(day);
        if (last?.end) {
          await this.#elsewhere(left);
          return;
        }
        const written = await this.#insert(chained(day, last, left, writer));
        for (const { done } of left.slice(0, written)) done();
        left = left.slice(written);
      }
    } catch (error) {
      const words = `the reading was not recorded: ${error instanceof Error ? error.message : String(error)}`;
      for (const { failed } of left) failed(new StoreUnavailable('io', words));
    }
  }

  /** The day was closed by another process meanwhile. */
  async #elsewhere(waiting: readonly Waiting[]): Promise<void> {
    this.#closedThrough = await this.#closed();
    this.#queue.unshift(...waiting);
  }

  /** How many of these, from the first, stand now where they belong. */
  async #insert(documents: readonly ReadDocument[]): Promise<number> {
    try {
      await this.#reads.insertMany([...documents], { ordered: true });
      return documents.length;
    } catch (error) {
      const ids = documents.map(({ _id }) => _id);
      const there = await this.#reads.find({ _id: { $in: ids }, writer: documents[0]?.writer ?? '' }).toArray();
      if (there.length === 0 && !isDuplicate(error)) throw error;
      return there.length;
    }
  }
}
