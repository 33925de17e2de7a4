import type { EventStore } from '@kernel/event-store';
import type { AnyProjection } from '@kernel/sourcing';
import type { FoldSource } from './folding';
import type { ReadModels } from './read-models';

/** A document that waits for help: one of its events does not fold, and later ones wait behind it. */
export interface Parked {
  readonly id: string;
  readonly view: string;
  readonly key: string;
  readonly stream: string;
  readonly revision: number;
  readonly type: string;
  readonly error: string;
  /** UTC instant. */
  readonly since: string;
}

export interface Lag {
  readonly view: string;
  readonly events: number;
  /** Since the oldest event that is not folded yet was recorded; 0 when caught up. */
  readonly seconds: number;
}

export interface ProjectorParts {
  readonly store: EventStore;
  readonly models: ReadModels;
  readonly projections: readonly AnyProjection[];
  readonly open: FoldSource['open'];
  /** Processes that only watch learn from the checkpoints how far the views are: those are kept fresh too. */
  readonly shared?: boolean;
  /** Called with whatever stops a loop for a while; it starts again by itself. */
  readonly onTrouble?: (view: string, error: unknown) => void;
}
