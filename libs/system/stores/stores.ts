import type { PaperFiles } from '@domain/paper';
import type { ReadLog } from '@kernel/read-log';
import type { CredentialStore } from '@kernel/accounts';
import type { EventStore } from '@kernel/event-store';
import type { Jobs } from '@kernel/jobs';
import type { KeyStore } from '@kernel/privacy';
import type { ReadModels } from '@kernel/read-models';

/** Everything a system keeps, behind ports: which adapters, the settings say. */
export interface Stores {
  readonly store: EventStore;
  readonly keys: KeyStore;
  readonly models: ReadModels;
  readonly credentials: CredentialStore;
  readonly reads: ReadLog;
  readonly papers: PaperFiles;
  readonly jobs: Jobs;
  /** Other processes append and fold too: what this one remembers must be checked. */
  readonly shared: boolean;
  /** A connection that counts requests for all processes; absent where one process counts its own. */
  readonly limits?: unknown;
  /** Forgets digests of commands that are past their time. */
  expireDigests(at: string): Promise<void>;
  close(): Promise<void>;
}

export interface StoreOptions {
  /** Examines a damaged log too. */
  readonly tolerant?: boolean;
  readonly onTrouble?: ((where: string, error: unknown) => void) | undefined;
  /** What works but should be set otherwise, in words for the operator. */
  readonly onWarning?: ((words: string) => void) | undefined;
  /** What the operator may want to know, e.g. versions of engines. */
  readonly onNote?: ((words: string) => void) | undefined;
}
