import { createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { newUuid, type BoxKey } from '@kernel/format';
import { KeyStore, type KeyOwner } from './key-store';
import { MasterKeyError, newest, unwrapKey, wrapKey, type MasterKeys } from './master-key';

/** A key as it is stored: wrapped by a numbered master key, or destroyed. */
export interface WrappedKey extends KeyOwner {
  readonly id: string;
  readonly master: number;
  readonly wrapped: Buffer | null;
  readonly madeAt: string;
  readonly destroyedAt?: string;
}

export interface Remembering {
  /** Milliseconds for which an unwrapped key stays in memory. */
  readonly secrets: number;
  /** The same for which key is an owner's; 0 where another process may destroy or sweep it. */
  readonly owners: number;
}

interface NewKey extends BoxKey, KeyOwner {}

/** Owners whose keys are asked for together, by name. */
interface Question {
  readonly owners: Map<string, KeyOwner>;
  readonly stored: Promise<ReadonlyMap<string, WrappedKey>>;
}

/** Under this id lies the key of which the index keys are derived; it is in no list. */
export const INDEX_KEY = '00000000-0000-8000-8000-000000000000';

const PAGE = 1000;
const ownerName = ({ subject, class: of }: KeyOwner): string => `${subject}/${of}`;
/** Remarks and papers have a key each; of everything else there is one current key an owner. */
const isShared = ({ class: of }: KeyOwner): boolean => of !== 'remark' && of !== 'paper';
const newKey = ({ subject, class: of }: KeyOwner): NewKey => ({
  id: newUuid(),
  subject,
  class: of,
  secret: randomBytes(32),
});

/** What every key store does the same: wrapping, remembering, making each key once. A driver keeps the wrapped keys. */
export abstract class WrappingKeyStore extends KeyStore {
  readonly #masters: MasterKeys;
  readonly #secrets: LRUCache<string, Buffer>;
  readonly #owners: LRUCache<string, BoxKey> | undefined;
  readonly #making = new Map<string, Promise<BoxKey>>();
  readonly #indexKeys = new Map<string, Buffer>();
  #indexKey = Buffer.alloc(0);
  /** The question that is not on its way yet. */
  #next: Question | undefined;
  #last: Promise<unknown> = Promise.resolve();

  protected constructor(masters: MasterKeys, { secrets, owners }: Remembering) {
    super();
    this.#masters = masters;
    this.#secrets = new LRUCache({ max: 50_000, ttl: secrets });
    this.#owners = owners > 0 ? new LRUCache({ max: 50_000, ttl: owners }) : undefined;
  }

  protected abstract read(ids: readonly string[]): Promise<readonly WrappedKey[]>;
  /** The current keys of those of these owners that have one, in any order. */
  protected abstract current(owners: readonly KeyOwner[]): Promise<readonly WrappedKey[]>;
  /** Durable when it resolves. */
  protected abstract insert(keys: readonly WrappedKey[]): Promise<void>;
  /** Makes each key its owner's current one, unless there is one: answers which they are. Durable when it resolves. */
  protected abstract insertCurrent(keys: readonly WrappedKey[]): Promise<readonly WrappedKey[]>;
  /** Leaves no trace of the wrapped keys. */
  protected abstract erase(ids: readonly string[], at: string): Promise<void>;
  /** Some of the keys that another master key wraps. */
  protected abstract wrappedByOther(master: number, limit: number): Promise<readonly WrappedKey[]>;
  /** Replaces the wrapping of keys that were not destroyed meanwhile. */
  protected abstract replaceWrapping(keys: readonly WrappedKey[]): Promise<void>;

  async currentOrNew(owners: readonly KeyOwner[]): Promise<readonly BoxKey[]> {
    const unknown = owners.filter((owner) => isShared(owner) && !this.#known(owner));
    if (unknown.length > 0) this.#findOrMake(unknown);
    const [shared, single] = await Promise.all([
      Promise.all(owners.filter(isShared).map((owner) => this.#known(owner)!)),
      this.#makeEach(owners.filter((owner) => !isShared(owner))),
    ]);
    return owners.map((owner) => (isShared(owner) ? shared : single).shift()!);
  }

  async secrets(ids: readonly string[]): Promise<readonly (Buffer | undefined)[]> {
    const found = new Map(ids.map((id) => [id, this.#secrets.get(id)]));
    const unknown = [...found].filter(([, secret]) => secret === undefined).map(([id]) => id);
    for (let at = 0; at < unknown.length; at += PAGE) {
      for (const key of await this.read(unknown.slice(at, at + PAGE)))
        if (key.wrapped !== null) found.set(key.id, this.#remembered(key));
    }
    return ids.map((id) => found.get(id));
  }

  async destroy(ids: readonly string[]): Promise<void> {
    await this.erase(ids, new Date().toISOString());
    this.forget(ids);
  }

  async rewrap(): Promise<number> {
    const master = newest(this.#masters);
    let count = 0;
    for (;;) {
      const old = await this.wrappedByOther(master, PAGE);
      if (old.length === 0) return count;
      await this.replaceWrapping(
        old.map((key) => ({ ...key, master, wrapped: wrapKey(this.#master(master), key.id, this.#open(key)) })),
      );
      count += old.length;
    }
  }

  keyed(purpose: 'search' | 'command' | 'paper' | 'session', text: string): string {
    const key = this.#indexKeys.get(purpose) ?? this.#deriveIndexKey(purpose);
    return createHmac('sha256', key).update(text).digest('hex');
  }

  protected wrap({ id, subject, class: of, secret }: NewKey): WrappedKey {
    const master = newest(this.#masters);
    const wrapped = wrapKey(this.#master(master), id, secret);
    return { id, subject, class: of, master, wrapped, madeAt: new Date().toISOString() };
  }

  protected newIndexKey(): WrappedKey {
    return this.wrap({ id: INDEX_KEY, subject: INDEX_KEY, class: 'remark', secret: randomBytes(32) });
  }

  /** @throws MasterKeyError when the master key is not the one that wrapped it */
  protected useIndexKey(key: WrappedKey): void {
    this.#indexKey = Buffer.from(this.#open(key));
  }

  protected forget(ids: readonly string[]): void {
    for (const id of ids) this.#secrets.delete(id);
    this.#owners?.clear();
  }

  #known(owner: KeyOwner): Promise<BoxKey> | undefined {
    const name = ownerName(owner);
    const known = this.#owners?.get(name);
    return known ? Promise.resolve(known) : this.#making.get(name);
  }

  async #makeEach(owners: readonly KeyOwner[]): Promise<BoxKey[]> {
    const keys = owners.map(newKey);
    if (keys.length > 0) await this.insert(keys.map((key) => this.wrap(key)));
    for (const { id, secret } of keys) this.#secrets.set(id, secret);
    return keys;
  }

  /** Asks for each of them once at a time. */
  #findOrMake(owners: readonly KeyOwner[]): void {
    const question = (this.#next ??= this.#plan());
    for (const owner of owners) {
      const name = ownerName(owner);
      if (question.owners.has(name)) continue;
      question.owners.set(name, owner);
      const one = question.stored.then((stored) => {
        const key = stored.get(name)!;
        const found = { id: key.id, secret: this.#remembered(key) };
        this.#owners?.set(name, found);
        return found;
      });
      this.#making.set(
        name,
        one.finally(() => this.#making.delete(name)),
      );
    }
  }

  /** Whatever is asked for in one turn of the event loop, or until the last question is answered, is one question. */
  #plan(): Question {
    const owners = new Map<string, KeyOwner>();
    const ask = async (before: Promise<unknown>): Promise<ReadonlyMap<string, WrappedKey>> => {
      await before.catch(() => undefined);
      await new Promise(setImmediate);
      this.#next = undefined;
      return this.#storedFor([...owners.values()]);
    };
    const stored = ask(this.#last);
    this.#last = stored;
    return { owners, stored };
  }

  async #storedFor(owners: readonly KeyOwner[]): Promise<ReadonlyMap<string, WrappedKey>> {
    const known = await this.current(owners);
    const names = new Set(known.map(ownerName));
    const missing = owners.filter((owner) => !names.has(ownerName(owner)));
    const made = missing.length === 0 ? [] : await this.insertCurrent(missing.map((owner) => this.wrap(newKey(owner))));
    return new Map([...known, ...made].map((key) => [ownerName(key), key]));
  }

  #remembered(key: WrappedKey): Buffer {
    const secret = this.#secrets.get(key.id) ?? this.#open(key);
    this.#secrets.set(key.id, secret);
    return secret;
  }

  #open({ id, master, wrapped }: WrappedKey): Buffer {
    try {
      return unwrapKey(this.#master(master), id, wrapped ?? Buffer.alloc(0));
    } catch (error) {
      if (error instanceof MasterKeyError) throw error;
      throw new MasterKeyError(
        `key ${id} does not unwrap: it was changed, or master key ${String(master)} is another one`,
      );
    }
  }

  #master(number: number): Buffer {
    const master = this.#masters.get(number);
    if (!master) throw new MasterKeyError(`master key ${String(number)} is missing`);
    return master;
  }

  #deriveIndexKey(purpose: string): Buffer {
    const key = Buffer.from(hkdfSync('sha256', this.#indexKey, '', `jiandang/1/index\n${purpose}`, 32));
    this.#indexKeys.set(purpose, key);
    return key;
  }
}
