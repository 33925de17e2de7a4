import { NotTheWriter, StoreUnavailable } from '@kernel/engines';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Position, type StoredEvent } from '@kernel/event-store';
import type { LedgerFile } from '../ledger-files';
import { MalformedNote } from '../note/signed-note';
import type { SignedCheckpoint } from '../reading/ledger';
import { addEntry, begin, entryOf, lastOf, writeSealed, type Sealed } from './starting';
import type { GrowingTree } from './growing-tree';
import { SealingStopped } from './sealing-stopped';
import { claimsOf, eventFile, signed, STATE, type SealerOptions, type SealingStatus } from './sealing';

const GATHER = 700;
const AT_ONCE = 65_536;
const PAUSE = 2000;

/**
 * Adds every event's entry to the ledger in the order in which the store gives them, and signs checkpoints. One a log.
 * Tiles, entries and the log's own events are durable first, then size and root beside the key, then the checkpoint.
 */
export class Sealer {
  readonly #stop = new AbortController();
  #tree: GrowingTree | undefined;
  #position: Position | undefined;
  #last: Sealed['last'] | undefined;
  #signed: SignedCheckpoint | undefined;
  /** Sizes at which checkpoints are kept. */
  #kept = new Set<string>();
  #signedAt: string | undefined;
  #sealedUpTo: Position | undefined;
  #naming: { readonly event: StoredEvent; readonly index: number }[] = [];
  #unwritten: LedgerFile[] = [];
  #stopped: SealingStopped | undefined;
  #waitingSince: number | undefined;
  #timer: NodeJS.Timeout | undefined;
  #publishing: Promise<void> = Promise.resolve();
  #running: Promise<void> | undefined;
  #reached = new Set<() => void>();

  constructor(private readonly options: SealerOptions) {}

  /** Begins in the background; `sealNow` waits for it. */
  start(): void {
    this.#running ??= this.#run();
  }

  /**
   * Resolves with a signed checkpoint that holds everything that lies in the store now.
   * @throws SealingStopped
   */
  async sealNow(): Promise<SignedCheckpoint> {
    this.start();
    const head = await this.options.store.head();
    while (head !== undefined && !this.#hasTaken(head)) await this.#progress();
    await this.#publish();
    if (this.#stopped) throw this.#stopped;
    if (!this.#signed) throw new MalformedNote('nothing is recorded yet that could be sealed');
    return this.#signed;
  }

  async status(): Promise<SealingStatus> {
    const lagEvents = await this.options.store.countAfter(this.#signed === undefined ? undefined : this.#sealedUpTo);
    const since = this.#waitingSince;
    return {
      state: this.#stopped ? 'stopped' : this.#tree ? 'sealing' : 'starting',
      lagEvents,
      lagSeconds: since === undefined || lagEvents === 0 ? 0 : (Date.now() - since) / 1000,
      ...(this.#signedAt !== undefined && { signedAt: this.#signedAt }),
      ...(this.#stopped && { stopped: { reason: this.#stopped.reason, zh: this.#stopped.zh, en: this.#stopped.en } }),
    };
  }

  /** Signs what was taken, and ends. */
  async close(): Promise<void> {
    this.#stop.abort();
    clearTimeout(this.#timer);
    await this.#running;
    if (!this.#stopped)
      await this.#publish().catch((error: unknown) => {
        this.#trouble(error);
      });
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted && !this.#stopped) {
      try {
        if (!this.#tree) await this.#begin();
        await this.#follow();
      } catch (error) {
        if (error instanceof SealingStopped) this.#stopped = error;
        this.#trouble(error);
        this.#advance();
        if (!this.#stopped) await sleep(PAUSE, undefined, { signal }).catch(() => undefined);
      }
    }
    this.#advance();
  }

  async #begin(): Promise<void> {
    const { store, files, log, index } = this.options;
    const own = await store.read(`ledger-${log}`);
    if (own.length === 0) return this.#opened();
    const { sealed, published, claims } = await claimsOf(this.options, own);
    const begun = await begin({ store, files, log, index, sealed, claims });
    this.#kept = new Set(await files.list('checkpoints'));
    this.#naming = [];
    const there = new Set(await files.list('events'));
    for (const { event, index: at } of own.flatMap((event) => this.#placed(event, begun.tree.size))) {
      this.#note(event, at);
      if (there.has(String(event.revision))) this.#unwritten.pop();
    }
    this.#position = begun.position;
    this.#last = begun.last;
    this.#tree = begun.tree;
    if (begun.tree.size > 0 && published?.size === begun.tree.size) {
      this.#signed = published;
      this.#sealedUpTo = begun.position;
    }
    await this.#publish();
  }

  /** A log's first event has not been recorded yet. */
  async #opened(): Promise<void> {
    const { signal } = this.#stop;
    for await (const { events } of this.options.store.subscribe({ pageSize: 1, signal })) if (events.length > 0) break;
    if (!signal.aborted) await this.#begin();
  }

  #placed(event: StoredEvent, size: number): readonly { readonly event: StoredEvent; readonly index: number }[] {
    const index = this.options.index.indexOf(entryOf(this.options.log, event).toString('hex', 1, 33), event.revision);
    return index !== undefined && index < size ? [{ event, index }] : [];
  }

  async #follow(): Promise<void> {
    const { signal } = this.#stop;
    const after = this.#position;
    if (!this.#tree) return;
    for await (const { events } of this.options.store.subscribe({
      pageSize: 1000,
      signal,
      ...(after !== undefined && { after }),
    })) {
      this.#take(events);
      if (this.#tree.size - (this.#signed?.size ?? 0) >= AT_ONCE) await this.#publish();
      else if (this.#tree.size > (this.#signed?.size ?? 0)) this.#soon();
    }
  }

  #take(events: readonly StoredEvent[]): void {
    const { log, index } = this.options;
    const own = `ledger-${log}`;
    for (const event of events) {
      addEntry(this.#tree!, index, entryOf(log, event));
      this.#position = event.position;
      this.#last = lastOf(event);
      if (event.stream === own) this.#note(event, this.#tree!.size - 1);
    }
    if (events.length > 0) this.#waitingSince ??= Date.now();
    this.#advance();
  }

  /** An event of the log about itself is published; those that name keys are kept. */
  #note(event: StoredEvent, index: number): void {
    this.#unwritten.push(eventFile(event));
    if (event.type === 'LogOpened' || event.type === 'SigningKeyRotated') this.#naming.push({ event, index });
  }

  #soon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#publish().catch((error: unknown) => {
        if (error instanceof SealingStopped) this.#stopped = error;
        this.#trouble(error);
        if (!this.#stopped && !this.#stop.signal.aborted) this.#soon();
      });
    }, this.options.gather ?? GATHER);
  }

  /** One after the other: a checkpoint is published before the next is signed. */
  #publish(): Promise<void> {
    const publish = (): Promise<void> => this.#publishNow();
    this.#publishing = this.#publishing.then(publish, publish);
    return this.#publishing;
  }

  async #publishNow(): Promise<void> {
    if (this.#tree && this.#tree.size !== this.#signed?.size) await this.#keepLease();
    const [tree, last, position] = [this.#tree, this.#last, this.#position];
    if (this.#stopped || !tree || !last || position === undefined || tree.size === this.#signed?.size) return;
    const { files, state } = this.options;
    const since = this.#waitingSince;
    const checkpoint = signed(tree, this.#naming, this.options.keys);
    const { size, root, note } = checkpoint;
    this.#unwritten.push(...tree.takeFull());
    const durable = this.#unwritten;
    this.#unwritten = [];
    this.#waitingSince = undefined;
    try {
      await files.writeAll([...durable, ...tree.partials()]);
      this.#kept.add(String(size));
      await state.write(
        STATE,
        writeSealed({ size, root: root.toString('hex'), position, last, checkpoints: this.#kept.size }),
      );
      await files.write(`checkpoints/${String(size)}`, note);
      await files.write('checkpoint', note);
    } catch (error) {
      this.#unwritten = [...durable, ...this.#unwritten];
      this.#waitingSince = since;
      throw error;
    }
    this.#signed = checkpoint;
    this.#signedAt = new Date().toISOString();
    this.#sealedUpTo = position;
    await files.removeAll(durable.flatMap(({ path }) => (path.startsWith('tile/') ? [`${path}.p`] : [])));
  }

  /** Who was replaced never publishes again: its files may be older than those of the other. */
  async #keepLease(): Promise<void> {
    try {
      await this.options.keepLease?.();
    } catch (error) {
      if (!(error instanceof NotTheWriter)) throw error;
      this.#stopped = new SealingStopped('replaced', {});
      throw this.#stopped;
    }
  }

  #hasTaken(head: Position): boolean {
    if (this.#stopped) throw this.#stopped;
    if (this.#stop.signal.aborted) throw new StoreUnavailable('closed', 'the sealer was closed');
    return this.#position !== undefined && this.options.store.comparePositions(this.#position, head) >= 0;
  }

  #progress(): Promise<void> {
    return new Promise((resolve) => {
      this.#reached.add(resolve);
    });
  }

  #advance(): void {
    for (const resolve of this.#reached) resolve();
    this.#reached = new Set();
  }

  #trouble(error: unknown): void {
    this.options.onTrouble?.('ledger', error);
  }
}
