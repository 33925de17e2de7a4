import type { Tracer } from '@kernel/event-store';

/** Parts of the system that follow the log. */
export type Host = 'projector' | 'worker';

export interface OpenOptions {
  /** Examines a damaged log too. */
  readonly tolerant?: boolean;
  /** False: waits until another process has opened the log. */
  readonly opensLog?: boolean;
  readonly onTrouble?: (where: string, error: unknown) => void;
  /** What works but should be set otherwise, in words for the operator. */
  readonly onWarning?: (words: string) => void;
  /** What the operator may want to know, e.g. versions of engines. */
  readonly onNote?: (words: string) => void;
  /** Traces the work of followers. */
  readonly tracer?: Tracer;
}
