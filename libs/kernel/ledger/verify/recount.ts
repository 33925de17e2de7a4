import type { StoredEvent } from '@kernel/event-store';
import { streamId } from '@kernel/format';
import type { LedgerSource } from '../reading/ledger';
import { entryOfLedgerEvent, ledgerEventPath, readLedgerEvent } from '../reading/ledger-events';
import { align, type Alignment } from './alignment';
import type { OwnEvents } from './checkpoint-check';
import { eventDamage, fileDamage, type Damage } from './damage';
import { holeDamage, type Examination, type Gap, type Hole } from './exact';
import { knownEntries } from './known-entries';
import { PackedEntries } from './packed-entries';
import { StreamNames, type Traces } from './traces';

export interface Counted {
  readonly log: string;
  /** What the log is called where it is damaged as a whole. */
  readonly file: string;
  readonly files: LedgerSource;
  /** Size of the published tree. */
  readonly published: number;
  /** The log's own events that it holds. */
  readonly own: OwnEvents;
  /** The whole log was examined. */
  readonly examination: Pick<Examination, 'holes' | 'gaps'>;
  /** Entries of the log as they are stored, in order. */
  readonly entries: PackedEntries;
  /** The event of one of them. */
  readonly eventAt: (index: number) => Promise<StoredEvent | undefined>;
  readonly traces: Traces;
  /** What is known of a position that holds nothing; embedded logs only. */
  readonly leftAt?: (position: number) => string | undefined;
}

/** A log laid beside its ledger. */
export interface Recounted {
  readonly damages: readonly Damage[];
  /**
   * Entries in the order of the ledger, those that the log lost among them; `undefined` where their places are not
   * known.
   */
  readonly entries: PackedEntries | undefined;
  /** The log's own events, those that it lost among them as far as the ledger keeps them. */
  readonly own: OwnEvents;
  /** The event of an entry of the ledger. */
  readonly eventAt: (index: number) => Promise<StoredEvent | undefined>;
}

const NAMED_AT_MOST = 200;

/** Names the events that a log lost, by the ledger and by the holes they leave. */
export const recount = async (counted: Counted): Promise<Recounted> => {
  const ledger = await knownEntries(counted.files, counted.entries.size);
  const alignment = align(ledger, counted.entries);
  const { holes, gaps } = counted.examination;
  const isWhole =
    alignment.placed && holes.length + gaps.length === 0 && alignment.order.every((at, index) => at === index);
  if (isWhole) return { damages: [], entries: counted.entries, own: counted.own, eventAt: counted.eventAt };
  return new Recount(counted, ledger, alignment).run();
};

class Recount {
  readonly #names: StreamNames;
  /** Streams of which the log holds nothing any more. */
  readonly #gone: ReadonlySet<string>;
  readonly #entries = new PackedEntries();

  constructor(
    private readonly counted: Counted,
    private readonly ledger: PackedEntries,
    private readonly alignment: Alignment,
  ) {
    this.#names = new StreamNames(counted.log, counted.traces);
    this.#gone = lostStreams(
      alignment.missing.map((index) => ledger.at(index)!),
      counted.entries,
    );
    alignment.order.forEach((at, index) => {
      this.#entries.add(at < 0 ? ledger.at(index) : counted.entries.at(at));
    });
  }

  async run(): Promise<Recounted> {
    await this.#names.find(this.#gone);
    const missing = this.#missing();
    const named = new Set(missing.map(nameOf));
    const holes = this.counted.examination.holes.filter((hole) => !named.has(nameOf(hole)));
    const gaps = this.#gaps(holes);
    const damages = [
      ...this.#atMost(missing),
      ...this.#ending(),
      ...this.#atMost(holes.map(holeDamage)),
      ...gaps,
      ...(await this.#misplaced()),
    ];
    const isTold = holes.length + gaps.length === 0 || this.ledger.size >= this.counted.published;
    const placed = this.alignment.placed && isTold;
    return {
      damages,
      entries: placed ? this.#entries : undefined,
      own: placed ? await this.#own() : this.counted.own,
      eventAt: (index) => this.#eventAt(index),
    };
  }

  #missing(): readonly Damage[] {
    return this.alignment.missing.map((index) => {
      const { sid, revision, h } = read(this.ledger.at(index)!);
      const rest = this.#gone.has(sid) ? `; nothing is left of this stream, ${this.#names.mentions(sid)}` : '';
      const detail = `the log does not hold it: it is entry ${String(index)} of the ledger, h ${h}${rest}`;
      return { stream: this.#names.of(sid), revision, id: `entry-${String(index)}`, kind: 'missing', detail };
    });
  }

  #atMost(missing: readonly Damage[]): readonly Damage[] {
    const more = missing.length - NAMED_AT_MOST;
    if (more <= 0) return missing;
    return [
      ...missing.slice(0, NAMED_AT_MOST),
      fileDamage(this.counted.file, 'missing', `${String(more)} further events are missing`),
    ];
  }

  /** The log ends before what was sealed. */
  #ending(): readonly Damage[] {
    const { missing, order, placed } = this.alignment;
    const { size } = this.ledger;
    if (!placed || missing.at(-1) !== size - 1 || order.length > size) return [];
    const first = order.findLastIndex((at) => at >= 0) + 1;
    const words =
      `it ends before what was signed: the last ${String(size - first)} sealed events are missing: rolled back ` +
      'or cut off';
    return [fileDamage(this.counted.file, 'rollback', words)];
  }

  /** Positions that hold nothing, as far as neither the ledger nor a stream tells whose they were. */
  #gaps(holes: readonly Hole[]): readonly Damage[] {
    const { order } = this.alignment;
    const moved = new Set([...this.alignment.displaced, ...this.alignment.renamed.map(({ log }) => log)]);
    const told = order.flatMap((at, index) => (at < 0 || moved.has(at) ? [index + 1] : []));
    const untold = this.counted.examination.gaps
      .map((gap) => ({ ...gap, told: told.filter((position) => position >= gap.from && position <= gap.to).length }))
      .filter((gap) => gap.told < gap.to - gap.from + 1);
    const count = untold.reduce((sum, { from, to, told: some }) => sum + to - from + 1 - some, 0);
    return count === holes.length ? [] : untold.map((gap) => this.#gapDamage(gap, gap.told));
  }

  #gapDamage({ from, to, after, before }: Gap, told: number): Damage {
    const where = from === to ? `position ${String(from)}` : `positions ${String(from)} to ${String(to)}`;
    const known = told === 0 ? '' : ` (${String(told)} of them are named)`;
    const when = after === '' ? `before ${before}` : `between ${after} and ${before}`;
    const left = from === to ? this.counted.leftAt?.(from) : undefined;
    const words =
      `nothing stands at ${where} of the log${known}: deleted events, recorded ${when}, of which the ledger ` +
      'tells nothing';
    return fileDamage(this.counted.file, 'position', left === undefined ? words : `${words}; ${left}`);
  }

  async #misplaced(): Promise<readonly Damage[]> {
    const { strangers, displaced, renamed } = this.alignment;
    const named = async (index: number, kind: Damage['kind'], detail: string): Promise<readonly Damage[]> => {
      const event = await this.counted.eventAt(index);
      return event ? [eventDamage(event, kind, detail)] : [];
    };
    const found: Damage[] = [];
    for (const index of strangers.slice(0, NAMED_AT_MOST))
      found.push(...(await named(index, 'entry', 'the ledger does not hold it, though it stands among sealed events')));
    for (const index of displaced.slice(0, NAMED_AT_MOST))
      found.push(...(await named(index, 'position', 'it stands at another place than in the ledger')));
    for (const { log, ledger } of renamed.slice(0, NAMED_AT_MOST)) {
      const { sid, revision } = read(this.ledger.at(ledger)!);
      const words =
        `the ledger holds it as ${this.#names.of(sid)} revision ${String(revision)}, its entry ` + String(ledger);
      found.push(...(await named(log, 'entry', words)));
    }
    const more = [strangers, displaced, renamed].reduce(
      (sum, { length }) => sum + Math.max(0, length - NAMED_AT_MOST),
      0,
    );
    return more === 0
      ? found
      : [...found, fileDamage(this.counted.file, 'entry', `${String(more)} further events differ`)];
  }

  /** The log's own events by their entries; one that is gone is read from the ledger's copy of it. */
  async #own(): Promise<OwnEvents> {
    const { log, files } = this.counted;
    const sid = streamId(log, `ledger-${log}`);
    const found: { readonly event: StoredEvent; readonly index: number }[] = [];
    for (let index = 0; index < this.#entries.size; index++) {
      const entry = this.#entries.at(index)!;
      if (sidOf(entry) !== sid) continue;
      const event = (await this.#held(index)) ?? (await copyOf(files, log, entry));
      if (event) found.push({ event, index });
    }
    return found;
  }

  async #held(index: number): Promise<StoredEvent | undefined> {
    const at = this.alignment.order[index];
    return at === undefined || at < 0 ? undefined : this.counted.eventAt(at);
  }

  /** Of one that is missing, what the ledger says of it. */
  async #eventAt(index: number): Promise<StoredEvent | undefined> {
    const entry = this.#entries.at(index);
    if (!entry) return undefined;
    const { sid, revision, h } = read(entry);
    const lost: StoredEvent = {
      position: String(index + 1),
      stream: this.#names.of(sid),
      revision,
      id: `entry-${String(index)}`,
      type: '',
      body: '',
      meta: { h },
      boxes: [],
    };
    return (await this.#held(index)) ?? lost;
  }
}

const sidOf = (entry: Buffer): string => entry.toString('hex', 1, 33);

/** Streams of these entries of which others hold none. */
const lostStreams = (entries: readonly Buffer[], { size, at }: PackedEntries): ReadonlySet<string> => {
  const lost = new Set(entries.map(sidOf));
  for (let index = 0; index < size && lost.size > 0; index++) lost.delete(sidOf(at(index)!));
  return lost;
};

const read = (entry: Buffer): { readonly sid: string; readonly revision: number; readonly h: string } => ({
  sid: sidOf(entry),
  revision: Number(entry.readBigUInt64BE(33)),
  h: entry.toString('hex', 41),
});

const nameOf = ({ stream, revision }: Hole): string => `${stream}\n${String(revision)}`;

/** An event of the log as it lies among the ledger's files, when it is the one of this entry. */
const copyOf = async (files: LedgerSource, log: string, entry: Buffer): Promise<StoredEvent | undefined> => {
  const { revision } = read(entry);
  try {
    const event = readLedgerEvent((await files.read(ledgerEventPath(revision))) ?? Buffer.alloc(0));
    return entryOfLedgerEvent(log, event).equals(entry) ? { ...event, position: '', boxes: [] } : undefined;
  } catch {
    return undefined;
  }
};
