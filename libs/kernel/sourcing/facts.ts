import type { Directory } from './areas';
import type { Whole } from './marks';

export type Class<T extends object = object> = new () => T;
export type ClassTable = Readonly<Record<string, Class>>;

/** What a writer may say about an act beside its data; they become metadata of the event. */
export interface Dating {
  /** Civil date of the act (发生日期), as precise as known: `2014`, `2014-03`, `2014-03-05`. */
  readonly validFrom?: string;
  /** Half-open end. */
  readonly validTo?: string;
  /** A procedural code, never free text. */
  readonly reason?: string;
  /** UUID of the paper or rule version the act rests on. */
  readonly basis?: string;
  /** UUID of the case this belongs to (`$correlationId`). */
  readonly case?: string;
}

/** A whole fact, as `decide` writes it. The kernel splits it into clear data and sealed parts. */
export type Fact<E extends ClassTable> = {
  [K in keyof E & string]: { readonly type: K; readonly data: Whole<InstanceType<E[K]>> } & Dating;
}[keyof E & string];

/** A fact of any type. */
export interface AnyFact extends Dating {
  readonly type: string;
  readonly data: object;
}

/** What evolve and projections may know of an event beside its data. */
export interface FactMeta extends Dating {
  readonly id: string;
  readonly type: string;
  readonly stream: string;
  /** UUID of the stream. */
  readonly subject: string;
  readonly revision: number;
  readonly h: string;
  readonly schema: number;
  readonly cmd: string;
  readonly actor: string;
  readonly auth: string;
  readonly via: string;
  readonly area: string;
  readonly post?: string;
  readonly org?: string;
  readonly causation?: string;
  /** UTC instant, `2026-11-23T08:00:00.000Z`. */
  readonly recordedAt: string;
}

/** An opened event: what `evolve` and projections fold. */
export interface OpenedFact {
  readonly meta: FactMeta;
  readonly data: object;
}

/** Who acts, how and when: everything a `decide` may know beside state and command. */
export interface CommandMeta {
  /** UUID of the command. */
  readonly cmd: string;
  /** UUID of a natural person's account, or `system:<part>`. */
  readonly actor: string;
  readonly auth: 'pwd' | 'otp' | 'oidc' | 'passkey' | 'ukey' | 'none';
  readonly via: 'web' | 'api' | 'cli' | 'import' | 'process' | 'timer' | 'sync' | 'demo';
  readonly post?: string;
  readonly org?: string;
  /** Role of the post in which the actor acts. */
  readonly role?: string;
  /** UTC instant at which the server took the command. */
  readonly at: string;
  /** A device's clock, believed by nobody. */
  readonly claimedAt?: string;
  /** The event that made this command an effect. */
  readonly causation?: string;
  readonly traceparent?: string;
  /** Exact revision the caller saw (`If-Match`). */
  readonly ifRevision?: number;
}

export type RuleValue = string | number | boolean;

/** Rules are data: effective-dated per area, changed by events. A snapshot, so that `decide` stays pure. */
export interface RuleBook {
  /**
   * The value in force in an area (12 digits, the longest matching prefix wins) on a civil date, with its version
   * (event id).
   */
  lookup(key: string, area: string, on: string): { readonly value: RuleValue; readonly version: string } | undefined;
}

/** Everything a `decide` may know beside state and command. */
export interface Act extends CommandMeta {
  /** UUID of the log. */
  readonly log: string;
  readonly stream: string;
  /** UUID of the stream. */
  readonly subject: string;
  /** Today in Asia/Shanghai: the local date of `at`. */
  readonly today: string;
  readonly rules: RuleBook;
  /** Every area that a command names in a field marked `@Clear('area')` was looked up in it before. */
  readonly places: Directory;
  /** Area of the post in which the actor acts, and the day it ends; absent for parts of the system. */
  readonly holds?: { readonly area: string; readonly to?: string };
  /**
   * Folded state of another stream that the command names in a field marked `@Clear('paper' | 'notice' | 'meeting' |
   * …)`;
   * the kernel looked it up before and refused the command when it does not exist.
   */
  referred<S>(id: string): S;
}
