import { NotTheWriter } from '../unavailable';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Collection } from 'mongodb';
import { newUuid } from '@kernel/format';

/** A version of a view: its documents' collection, how far it is folded, and who may write it. */
export interface VersionRow {
  /** `name@version` */
  readonly _id: string;
  readonly name: string;
  readonly version: number;
  /** Absent: none. A server may keep no empty list. */
  readonly fields?: readonly string[];
  readonly collection: string;
  readonly position: string | null;
  readonly at: string;
  readonly events: number;
  readonly owner?: string;
  readonly fence?: number;
  /** On the server's clock. */
  readonly until?: Date;
  readonly retired?: Date;
}

/** What its holder may write: a later holder has a higher fence. */
export interface HeldLease {
  readonly fence: number;
  readonly collection: string;
  /** What the row says: its holder alone counts on, so that an update that is repeated counts once. */
  readonly events: number;
  /** By `performance.now()`, never later than the server's. */
  readonly until: number;
}

/** One writer a version: a lease that ends by itself, renewed while its holder lives. All times are the server's. */
export class MongoLeases {
  readonly #owner = newUuid();
  readonly #held = new Map<string, HeldLease>();
  readonly #turns = new Map<string, Promise<unknown>>();
  readonly #renewing: NodeJS.Timeout;

  constructor(
    private readonly versions: Collection<VersionRow>,
    private readonly now: () => Promise<number>,
    private readonly milliseconds: number,
  ) {
    this.#renewing = setInterval(() => void this.#renew().catch(() => undefined), milliseconds / 3);
    this.#renewing.unref();
  }

  /** Waits until this process may write the version. */
  async claim(key: string, signal?: AbortSignal): Promise<void> {
    const mine = (): Promise<boolean> => this.inTurn(key, async () => (await this.#mine(key)) !== undefined);
    while (!signal?.aborted && !(await mine()))
      await sleep(this.milliseconds / 3, undefined, signal && { signal }).catch(() => undefined);
  }

  /** One after the other within this process. */
  inTurn<T>(key: string, act: () => Promise<T>): Promise<T> {
    const turn = (this.#turns.get(key) ?? Promise.resolve()).then(act, act);
    this.#turns.set(key, turn);
    return turn;
  }

  /** @throws NotTheWriter */
  async hold(key: string): Promise<HeldLease> {
    const lease = await this.#mine(key);
    if (!lease) throw new NotTheWriter(key);
    return lease;
  }

  /** Changes the version's row, as long as nobody else has taken it over. @throws NotTheWriter */
  async change(key: string, lease: HeldLease, change: Partial<VersionRow>, events = 0): Promise<void> {
    // Until it is known that the row was changed, the next one who asks reads it again.
    this.#held.delete(key);
    const { matchedCount } = await this.versions.updateOne(
      { _id: key, owner: this.#owner, fence: lease.fence },
      { $set: { events: lease.events + events, ...change } },
    );
    if (matchedCount === 0) throw new NotTheWriter(key);
    this.#held.set(key, { ...lease, events: lease.events + events });
  }

  held(key: string): HeldLease | undefined {
    return this.#held.get(key);
  }

  forget(key: string): void {
    this.#held.delete(key);
  }

  get keys(): readonly string[] {
    return [...this.#held.keys()];
  }

  /** Others need not wait for the end of the leases. */
  async release(): Promise<void> {
    clearInterval(this.#renewing);
    if (this.#held.size === 0) return;
    this.#held.clear();
    await this.versions.updateMany({ owner: this.#owner }, { $unset: { owner: '', until: '' } });
  }

  async #mine(key: string): Promise<HeldLease | undefined> {
    const held = this.#held.get(key);
    return held && performance.now() < held.until ? held : this.#take(key);
  }

  async #take(key: string): Promise<HeldLease | undefined> {
    const asked = performance.now();
    const now = await this.now();
    const row = await this.versions.findOneAndUpdate(
      {
        _id: key,
        $or: [{ owner: this.#owner }, { owner: null as never }, { until: { $lt: new Date(now) } }],
      },
      { $set: { owner: this.#owner, until: new Date(now + this.milliseconds) }, $inc: { fence: 1 } },
      { returnDocument: 'after' },
    );
    if (!row) return undefined;
    const { collection, events, fence = 0 } = row;
    const lease = { fence, collection, events, until: asked + this.milliseconds };
    this.#held.set(key, lease);
    return lease;
  }

  /** In turn with what is written meanwhile: a server may lose one of two changes of a row at once. */
  async #renew(): Promise<void> {
    for (const key of this.#held.keys()) await this.inTurn(key, () => this.#renewOne(key));
  }

  async #renewOne(key: string): Promise<void> {
    const lease = this.#held.get(key);
    if (!lease) return;
    const asked = performance.now();
    const until = new Date((await this.now()) + this.milliseconds);
    const { matchedCount } = await this.versions.updateOne(
      { _id: key, owner: this.#owner, fence: lease.fence },
      { $set: { until } },
    );
    if (matchedCount === 0) this.#held.delete(key);
    else if (this.#held.get(key) === lease) this.#held.set(key, { ...lease, until: asked + this.milliseconds });
  }
}
