import { setTimeout as sleep } from 'node:timers/promises';
import type { Tracer, EventStore, Position } from '@kernel/event-store';
import type { AnyProjection } from '@kernel/sourcing';
import type { FoldSource } from './folding';
import { UnknownView, type ReadModels, type ViewDefinition } from './read-models';

/** A document that waits for help: one of its events does not fold, and later ones wait behind it. */
export interface Parked {
  readonly id: string;
  readonly view: string;
  readonly key: string;
  readonly stream: string;
  readonly revision: number;
  readonly type: string;
  /** Kind and place of the fault: what it says may quote what was recorded, and stands nowhere. */
  readonly error: string;
  /** UTC instant. */
  readonly since: string;
  /** UTC instant of the last attempt to fold it anew. */
  readonly tried?: string;
}

/** How a document that was parked fares; `asked`: the process that keeps the view has not said it yet. */
export type Retried = 'folded' | 'parked' | 'asked';

/** A fault in folding, without its message. */
export class DoesNotFold extends Error {
  override readonly name = 'DoesNotFold';
}

const PLACE = /^\s+at .*?([\w.-]+\.[cm]?[jt]s:\d+):\d+\)?$/m;

/** Name of an error and the place in the code where it was thrown. */
export const faultOf = (error: unknown): string => {
  if (!(error instanceof Error)) return typeof error;
  const [, place] = PLACE.exec(error.stack ?? '') ?? [];
  return place === undefined ? error.name : `${error.name} at ${place}`;
};

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
  /** Traces the folding of batches. */
  readonly tracer?: Tracer;
  /** Called with whatever stops a loop for a while; it starts again by itself. */
  readonly onTrouble?: (view: string, error: unknown) => void;
}

/** How far a view that stands at a position is behind the log. */
export const lagOf = async (store: EventStore, view: string, position: Position | undefined): Promise<Lag> => {
  const events = await store.countAfter(position);
  if (events === 0) return { view, events, seconds: 0 };
  for await (const [next] of store.readAll({ pageSize: 1, ...(position !== undefined && { after: position }) })) {
    const recordedAt = next?.meta['recordedAt'] ?? '';
    return { view, events, seconds: Math.max(0, (Date.now() - Date.parse(recordedAt)) / 1000) };
  }
  return { view, events: 0, seconds: 0 };
};

const GLANCE = 250;

/** Resolves when the process that keeps these views has prepared every one of them. */
export const untilReadable = async (
  { models, onTrouble }: Pick<ProjectorParts, 'models' | 'onTrouble'>,
  views: readonly ViewDefinition[],
  signal: AbortSignal,
): Promise<void> => {
  const waited = new Set<string>();
  for (const view of views)
    while (!signal.aborted && !(await isReadable(models, view))) {
      const { name } = view;
      if (!waited.has(name)) onTrouble?.(name, '等待 projector waiting for the projector to prepare this view');
      waited.add(name);
      await sleep(GLANCE, undefined, { signal }).catch(() => undefined);
    }
};

const isReadable = async (models: ReadModels, view: ViewDefinition): Promise<boolean> => {
  try {
    await models.get(view, '');
    return true;
  } catch (error) {
    if (error instanceof UnknownView) return false;
    throw error;
  }
};
