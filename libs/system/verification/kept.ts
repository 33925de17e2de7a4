import type { PaperFiles } from '@domain/paper';
import type { EventStore } from '@kernel/event-store';
import { openEvents, type KeyStore } from '@kernel/privacy';
import type { FoldSource, ReadModels } from '@kernel/read-models';
import { features, tableOf } from '../features';
import type { Settings } from '../settings';

/** What a verification looks at beside the log: a system has it all, a folder is opened only as far as it is needed. */
export interface Kept {
  readonly settings: Settings;
  readonly log: string;
  readonly store: EventStore;
  readonly keys: KeyStore;
  readonly models: ReadModels;
  readonly papers: PaperFiles;
}

export const projections = features.flatMap((feature) => feature.projections);

/** Opens events for a projection: only the classes it asks for. */
export const opener =
  ({ log, keys }: Pick<Kept, 'log' | 'keys'>): FoldSource['open'] =>
  (events, { opens }) =>
    openEvents({ log, keys }, tableOf, events, opens);
