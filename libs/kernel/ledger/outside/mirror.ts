import { isUuid, streamId } from '@kernel/format';
import type { LedgerFile, LedgerFiles } from '../ledger-files';
import { readNote, type NoteVerifier } from '../note/signed-note';
import { EntryIndex, EntryOutOfOrder } from '../reading/entry-index';
import { Ledger, type LedgerSource, type SignedCheckpoint } from '../reading/ledger';
import {
  entryOfLedgerEvent,
  isSignedByLog,
  keysOf,
  ledgerEventPath,
  readLedgerEvent,
  type LedgerEvent,
} from '../reading/ledger-events';
import { readBundlePart } from '../reading/tile-reading';
import { GrowingTree } from '../sealing/growing-tree';
import { readBundle, TILE_WIDTH } from '../tiles';
import { MirrorAlarm } from './mirror-alarm';
import { type Own, read, mustContinue, mustGive, checkHeads, overlaid, orAlarm } from './mirror-checks';

export interface MirrorOptions {
  /** Where the ledger is served. */
  readonly source: LedgerSource;
  /** The mirror's own folder: a ledger itself, that can be served. */
  readonly files: LedgerFiles;
  /** The key of the log, brought from elsewhere; without it the key of the first visit is believed. */
  readonly key?: NoteVerifier;
}

export interface Mirrored {
  readonly origin: string;
  readonly size: number;
  /** Entries, checkpoints and sealed heads that were checked in this round. */
  readonly entries: number;
  readonly checkpoints: number;
  readonly heads: number;
}

const AT_ONCE = 16_384;

/** Follows a ledger without keys and without events, and believes nothing: recomputes all that it is served. */
export class Mirror {
  readonly #index = new EntryIndex();
  #tree: GrowingTree | undefined;
  #events: Own[] = [];

  constructor(private readonly options: MirrorOptions) {}

  /**
   * Takes what is new. Nothing of a round that fails is kept as good.
   * @throws MirrorAlarm when the ledger was rolled back, forked, has a gap, or serves what its root does not hold
   */
  async round(): Promise<Mirrored> {
    try {
      return await this.#round();
    } catch (error) {
      this.#tree = undefined;
      throw error;
    }
  }

  async #round(): Promise<Mirrored> {
    const { source, files } = this.options;
    const newest = read('checkpoint', await source.read('checkpoint'));
    const log = newest.origin.slice(newest.origin.lastIndexOf('/') + 1);
    if (!isUuid(log)) throw new MirrorAlarm('signature', `${newest.origin} names no log`);
    const own = new Ledger(files, log);
    const had = await own.newest();
    mustContinue(newest, had);
    if (had?.size === newest.size)
      return { origin: newest.origin, size: newest.size, entries: 0, checkpoints: 0, heads: 0 };
    await this.#load(own, log, had?.size ?? 0);
    const checkpoints = await this.#checkpoints(newest, had?.size ?? 0);
    const fresh = await this.#take(log, newest, checkpoints);
    this.#checkSignatures(checkpoints);
    const view = new Ledger(overlaid(files, newest.note), log, this.#index);
    const heads = await checkHeads(view, fresh);
    await files.writeAll(
      checkpoints.map(({ size, note }) => ({ path: `checkpoints/${String(size)}`, bytes: Buffer.from(note) })),
    );
    await files.write('checkpoint', newest.note);
    const entries = newest.size - (had?.size ?? 0);
    return { origin: newest.origin, size: newest.size, entries, checkpoints: checkpoints.length, heads };
  }

  async #load(own: Ledger, log: string, size: number): Promise<void> {
    if (this.#tree?.size === size) return;
    this.#index.clear();
    const tree = await GrowingTree.load(this.options.files, size);
    const had = await own.newest();
    if (!tree || (had && !tree.root().equals(had.root)))
      throw new MirrorAlarm('tile', 'the files of this mirror were changed: begin a new folder');
    for await (const page of own.entries(0, size)) for (const entry of page) this.#index.add(entry);
    const events = await own.events();
    const indexes = await Promise.all(events.map(({ stream, revision }) => own.indexOf(stream, revision)));
    this.#events = events.flatMap((event, at) => {
      const index = indexes[at];
      return index === undefined || event.stream !== `ledger-${log}` ? [] : [{ event, index }];
    });
    this.#tree = tree;
  }

  /** Every checkpoint that was signed since, the newest last. */
  async #checkpoints(newest: SignedCheckpoint, since: number): Promise<readonly SignedCheckpoint[]> {
    const names = await this.options.source.list('checkpoints');
    const sizes = names
      .map(Number)
      .filter((size) => size > since && size < newest.size)
      .sort((a, b) => a - b);
    const between: SignedCheckpoint[] = [];
    for (const size of sizes) {
      const path = `checkpoints/${String(size)}`;
      const one = read(path, await this.options.source.read(path));
      if (one.size !== size || one.origin !== newest.origin)
        throw new MirrorAlarm('fork', `${path} is the checkpoint of ${one.origin} ${String(one.size)}`);
      between.push(one);
    }
    return [...between, newest];
  }

  /** Takes every entry up to the newest checkpoint; answers the new events of the log about itself. */
  async #take(
    log: string,
    newest: SignedCheckpoint,
    checkpoints: readonly SignedCheckpoint[],
  ): Promise<readonly Own[]> {
    const tree = this.#tree!;
    const sid = streamId(log, `ledger-${log}`);
    const due = [...checkpoints];
    const fresh: Own[] = [];
    while (tree.size < newest.size) {
      for (const entry of await this.#bundle(tree.size, newest.size)) {
        const index = tree.size;
        this.#add(entry);
        if (entry.toString('hex', 1, 33) === sid) fresh.push({ index, event: await this.#event(log, entry) });
        while (due[0]?.size === tree.size) mustGive(due.shift()!, tree.root());
      }
      if (tree.pending >= AT_ONCE) await this.#keep(tree.takeFull());
    }
    await this.#keep([...tree.takeFull(), ...tree.partials()]);
    this.#events.push(...fresh);
    return fresh;
  }

  #add(entry: Buffer): void {
    if (entry.length !== 73 || entry[0] !== 1)
      throw new MirrorAlarm('tile', `entry ${String(this.#tree!.size)} is not of its form`);
    try {
      this.#index.add(entry);
    } catch (error) {
      if (error instanceof EntryOutOfOrder)
        throw new MirrorAlarm(error.revision < error.expected ? 'fork' : 'gap', error.message);
      throw error;
    }
    this.#tree!.add(entry);
  }

  async #bundle(from: number, size: number): Promise<readonly Buffer[]> {
    const index = Math.floor(from / TILE_WIDTH);
    const bytes = await readBundlePart(this.options.source, index, Math.min(TILE_WIDTH, size - index * TILE_WIDTH));
    if (!bytes) throw new MirrorAlarm('tile', `bundle ${String(index)} is missing or too short`);
    return readBundle(bytes).slice(from % TILE_WIDTH);
  }

  /** An event of the log about itself, whose bytes must hash to its entry. */
  async #event(log: string, entry: Buffer): Promise<LedgerEvent> {
    const path = ledgerEventPath(Number(entry.readBigUInt64BE(33)));
    const bytes = await this.options.source.read(path);
    if (!bytes) throw new MirrorAlarm('event', `${path} is withheld`);
    const event = orAlarm('event', path, () => readLedgerEvent(bytes));
    if (!orAlarm('event', path, () => entryOfLedgerEvent(log, event)).equals(entry))
      throw new MirrorAlarm('event', `${path} does not hash to its entry`);
    await this.options.files.write(path, bytes);
    return event;
  }

  /** What is served as a tile must be what the entries give; the mirror's own are what it computed. */
  async #keep(computed: readonly LedgerFile[]): Promise<void> {
    for (const { path, bytes } of computed) {
      if (path.startsWith('tile/entries/')) continue;
      const served = await this.options.source.read(path);
      const whole = served ?? (await this.options.source.read(path.replace(/\.p\/\d+$/, '')));
      if (!whole?.subarray(0, bytes.length).equals(bytes))
        throw new MirrorAlarm('tile', `${path} is not what the entries give`);
    }
    await this.options.files.writeAll(computed);
  }

  #checkSignatures(checkpoints: readonly SignedCheckpoint[]): void {
    const keys = orAlarm('event', 'events', () => keysOf(this.#events));
    const { key } = this.options;
    const [first] = keys;
    if (key && !first?.verifiers.some(({ name, keyId }) => name === key.name && keyId === key.keyId))
      throw new MirrorAlarm('signature', `the log does not name ${key.name}+${key.keyId} as its key`);
    for (const { note, size, origin } of checkpoints) {
      const signed = isSignedByLog(readNote(note), keys, size);
      if (!signed || first?.verifiers[0]?.name !== origin)
        throw new MirrorAlarm(
          'signature',
          `the checkpoint of ${String(size)} entries is not signed by the log's key`,
          note,
        );
    }
  }
}
