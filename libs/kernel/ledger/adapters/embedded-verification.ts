import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { StoredEvent } from '@kernel/event-store';
import type { KeyStore } from '@kernel/privacy';
import type { Checkpoint } from '../note/checkpoint';
import type { NoteVerifier } from '../note/signed-note';
import type { LedgerSource } from '../reading/ledger';
import { TILE_WIDTH } from '../tiles';
import { openBoxes, unexplained, type Unreadable } from '../verify/boxes';
import { checkCheckpoints, publishedSize, readSigned, type OwnEvents } from '../verify/checkpoint-check';
import { eventDamage, fileDamage, type Damage, type LogVerification } from '../verify/damage';
import { Examination } from '../verify/exact';
import { HeadsCheck } from '../verify/heads-check';
import { snapshotOf } from '../verify/ledger-snapshot';
import { TreeCheck } from '../verify/tree-check';
import { QuickPass } from './quick-pass';
import { LOG_FILE, StoredRows } from './stored-rows';

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
  readonly progress?: (events: number, total: number) => void;
}

/** The checkpoint from which on is to be verified is none of this log. */
export class NotACheckpoint extends Error {
  override readonly name = 'NotACheckpoint';
}

const THREADS = 2;
const SMALL = 2000;

interface Examined {
  readonly damages: readonly Damage[];
  readonly unreadable: readonly Unreadable[];
  readonly events: number;
  readonly streams: number;
  readonly parts: number;
  readonly tree: TreeCheck | undefined;
}

/**
 * Verifies the log of an embedded store with its ledger: every row by its stored bytes, chains, boxes where there are keys,
 * the tree, every checkpoint, the heads. Reads beside a running system and changes nothing.
 * @throws NotACheckpoint
 */
export const verifyEmbedded = async (options: EmbeddedVerification): Promise<LogVerification> => {
  const file = join(options.folder, LOG_FILE);
  if (!existsSync(file)) return unreadable('there is no such file');
  let rows: StoredRows | undefined;
  try {
    const snapshot = await snapshotOf(options.files, options.state);
    rows = new StoredRows(file);
    return await new LogCheck({ ...options, ...snapshot }, rows).run();
  } catch (error) {
    if (!isOfFile(error)) throw error;
    return unreadable((error as Error).message);
  } finally {
    rows?.close();
  }
};

/** By its code: the driver's errors may be of another realm than ours. */
const isOfFile = (error: unknown): boolean =>
  String((error as { readonly code?: unknown } | undefined)?.code).startsWith('SQLITE');

const unreadable = (words: string): LogVerification => {
  const damages = [fileDamage(LOG_FILE, 'file', words)];
  return { sound: false, events: 0, streams: 0, parts: 0, damages };
};

class LogCheck {
  readonly #log: string;
  readonly #own: OwnEvents;
  readonly #last: number;

  constructor(
    private readonly options: EmbeddedVerification,
    private readonly rows: StoredRows,
  ) {
    this.#log = rows.log() ?? '';
    this.#last = rows.ends().last;
    this.#own = rows.stream(`ledger-${this.#log}`).map((event) => ({ event, index: Number(event.position) - 1 }));
  }

  async run(): Promise<LogVerification> {
    const { files, state, witnesses = [] } = this.options;
    const input = { files, state, own: this.#own, witnesses, eventAt: this.#eventAt };
    const published = await publishedSize(files);
    const since = this.#since();
    const { tree, file, ...examined } = await this.#examine(published, since?.size ?? 0);
    const damages = [
      ...file.map((words) => fileDamage(LOG_FILE, 'file', words)),
      ...this.#beginning(),
      ...examined.damages,
      ...this.rows.outliers(),
      ...this.#unexplained(examined.unreadable),
      ...((await tree?.finish()) ?? []),
    ];
    damages.push(...(await checkCheckpoints(input, tree)));
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
    const last = this.#last;
    const { keys, threads = last > SMALL ? THREADS : 0, progress } = this.options;
    if (threads === 0 && since === 0)
      return { file: this.rows.integrity(), ...(await this.#examineExactly(published)) };
    const tree = this.#tree(published);
    const heads = new HeadsCheck(since === 0 ? this.#own : []);
    const after = Math.floor(Math.min(since, last) / TILE_WIDTH) * TILE_WIDTH;
    await tree.trust(after);
    const quick = new QuickPass({
      rows: this.rows, log: this.#log, keys, tree, heads, after, last, threads: Math.max(1, threads),
      progress: (events) => progress?.(events, last - after),
    }); // prettier-ignore
    const { clean, file } = await quick.run();
    if (!clean || this.rows.ends().first !== 1) return { file, ...(await this.#examineExactly(published)) };
    const { events, streams, parts, unreadable: without, damages } = quick;
    return { file, tree, events, streams, parts, unreadable: without, damages: [...damages, ...heads.finish()] };
  }

  /** Row by row: slower, names what is wrong. */
  async #examineExactly(published: number): Promise<Examined> {
    const { keys, progress } = this.options;
    const tree = this.#tree(published);
    const heads = new HeadsCheck(this.#own);
    const examination = new Examination(this.#log);
    const { damages, unreadable: without } = examination;
    let entries: Buffer[] = [];
    let parts = 0;
    const hand = async (count: number): Promise<void> => {
      const page = Buffer.concat(entries.slice(0, count));
      entries = entries.slice(count);
      await tree.accept(page);
      heads.accept(page);
    };
    for (const page of this.rows.pages()) {
      const sound = page.filter(({ event, faults }) => {
        const before = damages.push(...faults);
        entries.push(examination.accept(event));
        return damages.length === before && faults.length === 0;
      });
      const events = sound.map(({ event }) => event);
      if (keys) {
        const opened = await openBoxes(this.#log, keys, events);
        damages.push(...opened.damages);
        without.push(...opened.unreadable);
      }
      parts += page.reduce((total, { event }) => total + event.boxes.length, 0);
      await hand(Math.floor(entries.length / TILE_WIDTH) * TILE_WIDTH);
      progress?.(examination.events, this.#last);
    }
    await hand(entries.length);
    const placed = !damages.some(({ kind }) => kind === 'position');
    if (placed) damages.push(...heads.finish());
    const { events, streams } = examination;
    return { damages, unreadable: without, events, streams, parts, tree: placed ? tree : undefined };
  }

  #unexplained(parts: readonly Unreadable[]): readonly Damage[] {
    return parts.length === 0 ? [] : unexplained(parts, this.rows.ofType('KeysDestroyed'));
  }

  readonly #eventAt = (index: number): Promise<StoredEvent | undefined> =>
    Promise.resolve(this.rows.at(index + 1)?.event);

  #tree(published: number): TreeCheck {
    return new TreeCheck(this.options.files, published, this.#eventAt);
  }

  #beginning(): readonly Damage[] {
    const first = this.#own[0];
    if (first?.index === 0 && first.event.type === 'LogOpened' && first.event.revision === 0) return [];
    const event = this.rows.at(1)?.event;
    return [
      event
        ? eventDamage(event, 'log', 'the first event is not LogOpened of this log')
        : fileDamage(LOG_FILE, 'log', 'the log does not begin with its first event'),
    ];
  }
}

/** The log must continue the checkpoint that was believed. */
const sinceFaults = (since: Checkpoint | undefined, tree: TreeCheck | undefined): readonly Damage[] => {
  if (!since || !tree) return [];
  const continued = tree.size >= since.size && tree.rootAt(since.size).equals(since.root);
  return continued ? [] : [fileDamage('since', 'checkpoint', 'the log does not continue this checkpoint')];
};

/** Size and root of the published tree; of all entries before anything is published. */
const basisOf = (tree: TreeCheck | undefined, published: number): Pick<LogVerification, 'treeSize' | 'root'> => {
  if (!tree) return {};
  const treeSize = published === 0 ? tree.size : Math.min(tree.size, published);
  return { treeSize, root: tree.rootAt(treeSize).toString('hex') };
};
