import type { BoxKey, PersonalClass } from '@kernel/format';

export interface KeyOwner {
  readonly subject: string;
  readonly class: PersonalClass;
}

export interface ListedKey extends KeyOwner {
  readonly id: string;
  readonly madeAt: string;
  readonly destroyedAt?: string;
}

/**
 * The keys of the boxes, in a store of their own, wrapped by a numbered master key. One key per subject and class; one
 * each per remark and paper.
 */
export abstract class KeyStore {
  /**
   * The current keys of these owners, for a remark or paper a new one each; where there is none, one is made durable
   * first, once even when several writers ask at the same time. MUST resolve before an append that uses them. Unwrapped
   * keys stay in memory for a bounded time.
   */
  abstract currentOrNew(owners: readonly KeyOwner[]): Promise<readonly BoxKey[]>;

  /** Secrets by key id; `undefined` where a key was destroyed or never was. */
  abstract secrets(ids: readonly string[]): Promise<readonly (Buffer | undefined)[]>;

  /** Destroys keys for good; resolves when they are gone from the store. */
  abstract destroy(ids: readonly string[]): Promise<void>;

  /** Every key, without secrets, in order of id: that is of making. */
  abstract list(): AsyncIterable<readonly ListedKey[]>;

  /**
   * Removes keys that no box names although they are older than the moment given: their append never came. Where other
   * processes may still know a key, it is first taken from its owner and removed by a later sweep. Answers how many
   * went.
   */
  abstract sweepOrphans(isUsed: (id: string, of: PersonalClass) => boolean, madeBefore: string): Promise<number>;

  /** Wraps every key under the newest master key; answers how many changed. */
  abstract rewrap(): Promise<number>;

  /** HMAC-SHA-256 (hex) under a key of its own: equality search for personal values, digests of commands. */
  abstract keyed(purpose: 'search' | 'command' | 'paper' | 'session', text: string): string;

  /** Says which log the keys are for, once and for ever; answers whose they are. */
  abstract bind(log: string): Promise<string>;

  abstract close(): Promise<void>;
}
