import type { StoredEvent } from '@kernel/event-store';
import type { KeyStore } from '@kernel/privacy';
import type { Checkpoint } from '../note/checkpoint';
import type { NoteVerifier } from '../note/signed-note';
import type { LedgerSource } from '../reading/ledger';
import { TILE_WIDTH } from '../tiles';
import { openBoxes, unexplained, type Unreadable } from '../verify/boxes';
import {
  beginningFaults,
  checkCheckpoints,
  publishedSize,
  readSigned,
  type OwnEvents,
} from '../verify/checkpoint-check';
import { fileDamage, type Damage, type DamageKind, type LogVerification } from '../verify/damage';
import { Examination } from '../verify/exact';
import { HeadsCheck } from '../verify/heads-check';
import { PackedEntries } from '../verify/packed-entries';
import { recount, type Counted, type Recounted } from '../verify/recount';
import type { Mention } from '../verify/traces';
import { basisOf, feed, TreeCheck, type EventAt } from '../verify/tree-check';
import { QuickPass } from './quick-pass';
import { LOG_FILE } from './stored-row';
import { StoredRows } from './stored-rows';

export interface EmbeddedVerification {
  /** Data folder: `log.db` lies in it. */
  readonly folder: string;
  /** The ledger's files, and where `sealed.json` lies. */
  readonly files: LedgerSource;
  readonly state: LedgerSource;
  /** With them every sealed part is opened. */
  readonly keys?: KeyStore;
  /** Witnesses whose keys are known. */
  readonly witnesses?: readonly NoteVerifier[];
  /** A signed checkpoint: what lies before it is believed, as far as its root proves it. */
  readonly since?: string;
  /** Default: two, none for a log that is read before they have begun. */
  readonly threads?: number;
  /**
   * Categories of streams that there may be, and what stands beside the log: by them a stream that is gone gets its
   * name.
   */
  readonly categories?: readonly string[];
  readonly mentions?: () => Iterable<Mention>;
  readonly progress?: (events: number, total: number) => void;
}

/** The checkpoint from which on is to be verified is none of this log. */
export class NotACheckpoint extends Error {
  override readonly name = 'NotACheckpoint';
}

const THREADS = 2;

const SMALL = 2000;

/** Damage of a ledger's file that may be an event's. */
const TOLD_BY_EVENTS: ReadonlySet<DamageKind> = new Set(['entry', 'rollback']);

interface Examined extends Pick<Recounted, 'own' | 'eventAt'> {
  readonly damages: readonly Damage[];
  readonly unreadable: readonly Unreadable[];
  readonly events: number;
  readonly streams: number;
  readonly parts: number;
  readonly tree: TreeCheck | undefined;
}

export class LogCheck {
  readonly #log: string;
  readonly #own: OwnEvents;
  readonly #last: number;

  constructor(
    private readonly options: EmbeddedVerification,
    private readonly rows: StoredRows,
    /** What the published checkpoint says of the log's name. */
    named: string | undefined,
  ) {
    this.#log = rows.log() ?? named ?? '';
    this.#last = rows.ends().last;
    this.#own = rows.stream(`ledger-${this.#log}`).map((event) => ({ event, index: Number(event.position) - 1 }));
  }

  async run(): Promise<LogVerification> {
    const { files, state, witnesses = [] } = this.options;
    const published = await publishedSize(files);
    const since = this.#since();
    const { tree, file, own, eventAt, ...examined } = await this.#examine(published, since?.size ?? 0);
    const damages = [
      ...file.map((words) => fileDamage(LOG_FILE, 'file', words)),
      ...beginningFaults(this.#own, LOG_FILE),
      ...examined.damages,
      ...this.rows.outliers(),
      ...this.#unexplained(examined.unreadable),
    ];
    damages.push(...(await checkCheckpoints({ files, state, own, witnesses, eventAt }, tree)));
    damages.push(...sinceFaults(since, tree));
    const { events, streams, parts } = examined;
    return { sound: damages.length === 0, events, streams, parts, ...basisOf(tree, published), damages };
  }

  #since(): Checkpoint | undefined {
    const { since, witnesses = [] } = this.options;
    if (since === undefined) return undefined;
    const checkpoint = readSigned(since, { own: this.#own, witnesses });
    if (typeof checkpoint === 'string') throw new NotACheckpoint(`no checkpoint of this log: ${checkpoint}`);
    return checkpoint;
  }

  async #examine(published: number, since: number): Promise<Examined & { readonly file: readonly string[] }> {
    const { threads = this.#last > SMALL ? THREADS : 0 } = this.options;
    if (threads === 0 && since === 0)
      return { file: this.rows.integrity(), ...(await this.#examineExactly(published)) };
    const { file, cleared } = await this.#examineQuickly(published, since, Math.max(1, threads));
    return { file, ...(cleared ?? (await this.#examineExactly(published))) };
  }

  /** On threads; nothing is cleared where a row or the ledger tells of damage that is to be named. */
  async #examineQuickly(published: number, since: number, threads: number) {
    const { keys, progress } = this.options;
    const last = this.#last;
    const tree = this.#tree(published, this.#eventAt);
    const heads = new HeadsCheck(since === 0 ? this.#own : []);
    const after = Math.floor(Math.min(since, last) / TILE_WIDTH) * TILE_WIDTH;
    await tree.trust(after);
    const quick = new QuickPass({
      rows: this.rows,
      log: this.#log,
      keys,
      tree,
      heads,
      after,
      last,
      threads,
      progress: (events) => progress?.(events, last - after),
    });
    const { clean, file } = await quick.run();
    const differing = clean && this.rows.ends().first === 1 ? await tree.finish() : undefined;
    if (!differing || last < published || differing.some(({ kind }) => TOLD_BY_EVENTS.has(kind))) return { file };
    const { events, streams, parts, unreadable: without, damages: unopened } = quick;
    const damages = [...unopened, ...heads.finish(), ...differing];
    const [own, eventAt] = [this.#own, this.#eventAt];
    const cleared: Examined = { tree, events, streams, parts, unreadable: without, damages, own, eventAt };
    return { file, cleared };
  }

  /** Row by row: slower, names what is wrong. */
  async #examineExactly(published: number): Promise<Examined> {
    const { keys, progress } = this.options;
    const examination = new Examination(this.#log);
    const { damages, unreadable: without } = examination;
    const entries = new PackedEntries();
    const positions: number[] = [];
    let parts = 0;
    for (const page of this.rows.pages()) {
      const sound = page.filter(({ event, faults }) => {
        const before = damages.push(...faults);
        entries.add(examination.accept(event));
        positions.push(Number(event.position));
        return damages.length === before && faults.length === 0;
      });
      if (keys) {
        const opened = await openBoxes(
          this.#log,
          keys,
          sound.map(({ event }) => event),
        );
        damages.push(...opened.damages);
        without.push(...opened.unreadable);
      }
      parts += page.reduce((total, { event }) => total + event.boxes.length, 0);
      progress?.(examination.events, this.#last);
    }
    const recounted = await this.#recount({ examination, entries, published }, positions);
    const eventAt = placedBy(recounted.eventAt);
    const { events, streams } = examination;
    const { tree, faults } = await this.#hold({ ...recounted, eventAt }, published);
    const { own } = recounted;
    return {
      damages: [...recounted.damages, ...damages, ...faults],
      unreadable: without,
      events,
      streams,
      parts,
      tree,
      own,
      eventAt,
    };
  }

  #recount(
    counted: Pick<Counted, 'examination' | 'entries' | 'published'>,
    positions: readonly number[],
  ): Promise<Recounted> {
    const { rows } = this;
    const { files, categories = [], mentions } = this.options;
    return recount({
      log: this.#log,
      file: LOG_FILE,
      files,
      own: this.#own,
      ...counted,
      eventAt: (index) => Promise.resolve(rows.at(positions[index] ?? 0)?.event),
      traces: { names: rows.names(), events: () => rows.events(), categories, ...(mentions && { mentions }) },
      leftAt: (position) => rows.commandAt(position),
    });
  }

  /** The files of the ledger against the entries, where their places are known. */
  async #hold({ entries, own, eventAt }: Recounted, published: number) {
    if (!entries) return { tree: undefined, faults: [] };
    const tree = this.#tree(published, eventAt);
    const heads = new HeadsCheck(own);
    await feed(entries, tree, heads);
    return { tree, faults: [...heads.finish(), ...(await tree.finish())] };
  }

  #unexplained(parts: readonly Unreadable[]): readonly Damage[] {
    return parts.length === 0 ? [] : unexplained(parts, this.rows.ofType('KeysDestroyed'));
  }

  readonly #eventAt = (index: number): Promise<StoredEvent | undefined> =>
    Promise.resolve(this.rows.at(index + 1)?.event);

  #tree(published: number, eventAt: EventAt): TreeCheck {
    return new TreeCheck(this.options.files, published, eventAt);
  }
}

/** An event with the position at which it was sealed, wherever it stands now. */
const placedBy =
  (eventAt: Recounted['eventAt']): Recounted['eventAt'] =>
  async (index) => {
    const event = await eventAt(index);
    return event && { ...event, position: String(index + 1) };
  };

/** The log must continue the checkpoint that was believed. */
const sinceFaults = (since: Checkpoint | undefined, tree: TreeCheck | undefined): readonly Damage[] => {
  if (!since || !tree) return [];
  const continued = tree.size >= since.size && tree.rootAt(since.size).equals(since.root);
  return continued ? [] : [fileDamage('since', 'checkpoint', 'the log does not continue this checkpoint')];
};
