/** Somebody saw personal data: who, why, of whom, when. Ids only. */
export interface ReadRecord {
  readonly at: string;
  readonly actor: string;
  readonly post?: string;
  /** A stated purpose, or `work`. */
  readonly purpose: string;
  readonly view: string;
  readonly subjects: readonly string[];
}

export interface ReadQuery {
  readonly actor?: string;
  readonly subject?: string;
  readonly limit?: number;
  readonly after?: number;
}

/** Every reading of personal data by a person is recorded before the answer leaves. */
export abstract class ReadLog {
  /** Resolves when the record is durable. */
  abstract record(read: ReadRecord): Promise<void>;
  /** Newest first. */
  abstract list(
    query: ReadQuery,
  ): Promise<{ readonly items: readonly (ReadRecord & { readonly id: number })[]; readonly next?: number }>;
}
