import { createHash } from 'node:crypto';
import type { EventStore, NewEvent, StoredEvent } from '@kernel/event-store';
import { canonical, MAX_APPEND_BYTES, MAX_APPEND_EVENTS } from '@kernel/format';
import { GrowingTree } from '../sealing/growing-tree';
import { entryOf } from '../sealing/starting';

/** What two logs have in common when they are the same, on whatever engines. */
export interface LogSummary {
  readonly events: number;
  readonly streams: number;
  /** RFC 6962 root of the ledger's entries in the order of the log. */
  readonly root: string;
  /** Digest of every stream's last revision and `h`, in order of their names. */
  readonly heads: string;
  /** Digest of everything that is stored, the boxes too, which no hash of the format covers. */
  readonly content: string;
}

export interface Copied {
  /** Events that the other end held already, compared one by one. */
  readonly already: number;
  readonly copied: number;
}

/** Two logs that should be the same are not: nothing is copied over that. */
export class LogsDiffer extends Error {
  override readonly name = 'LogsDiffer';
}

export interface CopyOptions {
  readonly progress?: (events: number) => void;
}

const PAGE = 500;
/** What an append may hold beside its bodies and boxes is left room for. */
const ROOM = MAX_APPEND_BYTES - 16 * 1024;
const AT_ONCE = 65_536;

async function* eventsOf(store: EventStore): AsyncGenerator<StoredEvent> {
  for await (const page of store.readAll({ pageSize: PAGE })) yield* page;
}

const nameOf = ({ stream, revision }: StoredEvent): string => `${stream} revision ${String(revision)}`;

const contentOf = ({ stream, revision, id, type, meta, body, boxes, sigs }: NewEvent): string =>
  `${canonical({ boxes, id, meta, revision, stream, type, ...(sigs && { sigs }) })}\n${body}\n`;

const sizeOf = ({ body, boxes, sigs }: NewEvent): number =>
  Buffer.byteLength(body) +
  (boxes.length === 0 ? 0 : canonical(boxes).length) +
  (sigs ? canonical(sigs).length : 0) +
  64;

/** Reads a whole log and sums it up. */
export const summaryOf = async (store: EventStore, { progress }: CopyOptions = {}): Promise<LogSummary> => {
  const tree = new GrowingTree();
  const tips = new Map<string, string>();
  const content = createHash('sha256');
  let log: string | undefined;
  for await (const event of eventsOf(store)) {
    log ??= event.stream.slice(event.stream.indexOf('-') + 1);
    tree.add(entryOf(log, event));
    if (tree.pending >= AT_ONCE) tree.takeFull();
    tips.set(event.stream, `${String(event.revision)} ${event.meta['h'] ?? ''}`);
    content.update(contentOf(event));
    if (tree.size % PAGE === 0) progress?.(tree.size);
  }
  const heads = createHash('sha256');
  for (const stream of [...tips.keys()].sort()) heads.update(`${stream} ${tips.get(stream) ?? ''}\n`);
  return {
    events: tree.size,
    streams: tips.size,
    root: tree.root().toString('hex'),
    heads: heads.digest('hex'),
    content: content.digest('hex'),
  };
};

/** @throws LogsDiffer naming the first event that differs */
const compare = (event: StoredEvent, there: StoredEvent, index: number): void => {
  if (contentOf(event) !== contentOf(there))
    throw new LogsDiffer(
      `event ${String(index + 1)} is ${nameOf(event)} at one end and ${nameOf(there)} at the other, or says ` +
        'something else there',
    );
};

/**
 * Copies a log event by event in its order, with ids and hashes. What the other end holds already is compared and not
 * written again, so that a copy that was cut off goes on where it was.
 * @throws LogsDiffer when the other end holds something else, or more
 */
export const copyLog = async (from: EventStore, to: EventStore, { progress }: CopyOptions = {}): Promise<Copied> => {
  const there = eventsOf(to);
  let next = await there.next();
  let [already, copied, size] = [0, 0, 0];
  let group: NewEvent[] = [];
  const flush = async (): Promise<void> => {
    const [first] = group;
    if (first) await to.append(first.stream, first.revision - 1, group);
    copied += group.length;
    [group, size] = [[], 0];
    progress?.(already + copied);
  };
  for await (const event of eventsOf(from)) {
    if (!next.done) {
      compare(event, next.value, already);
      already += 1;
      if (already % PAGE === 0) progress?.(already);
      next = await there.next();
      continue;
    }
    const bytes = sizeOf(event);
    const full = group.length === MAX_APPEND_EVENTS || size + bytes > ROOM;
    if (group.length > 0 && (full || group[0]?.stream !== event.stream)) await flush();
    const { position: _position, ...plain } = event;
    group.push(plain);
    size += bytes;
  }
  if (!next.done)
    throw new LogsDiffer(`the other end holds more: ${nameOf(next.value)} follows the last event of this one`);
  await flush();
  return { already, copied };
};
