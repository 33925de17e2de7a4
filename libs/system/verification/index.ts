import { join } from 'node:path';
import type { Damage, LogVerification } from '@kernel/ledger';
import { checkDatabase } from '@kernel/ledger/adapters/file-check';
import type { Settings } from '../settings';
import type { System } from '../system';
import { verifyLogOf, type LogScope } from './folder';
import { verifyPlaces } from './households';
import { verifyLinks } from './links';
import { verifyPapers } from './papers';
import { verifyViews } from './views';

export { verifyFolder } from './folder';

/** Files beside the log without which a system does not open. */
export const verifyFiles = ({ data, keys }: Settings): readonly Damage[] =>
  [join(data, 'views.db'), join(keys, 'keys.db')].flatMap(checkDatabase);

export interface SystemScope extends Pick<LogScope, 'progress' | 'since'> {
  readonly keys: boolean;
  readonly views: boolean;
}

/** Verifies everything of a system that stands still: with keys also papers and links, and views against a fresh fold. */
export const verifySystem = async (system: System, { keys, views, ...scope }: SystemScope): Promise<LogVerification> => {
  const log = await verifyLogOf(system, { ...scope, ...(keys && { keys: system.keys }) });
  const damages = [
    ...log.damages,
    ...(views ? [...(await verifyViews(system)), ...(await verifyPlaces(system))] : []),
    ...(keys ? await verifyPapers(system) : []),
    ...(keys && log.sound ? await verifyLinks(system) : []),
  ];
  return { ...log, sound: damages.length === 0, damages };
}; // prettier-ignore
