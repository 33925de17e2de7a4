import type { Commands } from '@kernel/commanding';
import { derivedUuid } from '@kernel/format';
import { addDays, localDate, type CommandMeta } from '@kernel/sourcing';
import type { ReadLog } from './read-log';
import { readLogStreamOf, type ReadLogState } from './read-log.decider';
import { walkSegment } from './segment-walk';

export interface ReadLogKeeping {
  readonly log: string;
  readonly reads: ReadLog;
  readonly commands: Commands;
  /** An act of the system now, under a command id. */
  readonly issued: (cmd: string) => CommandMeta;
}

const MOST_BROKEN = 100;

/**
 * Closes every day before today and seals what is not sealed yet, missed days too; then destroys what has been kept for
 * its term. Again changes nothing; after a crash it goes on. Answers the days that were sealed.
 */
export const sealReads = async ({ log, reads, commands, issued }: ReadLogKeeping): Promise<readonly string[]> => {
  const stream = readLogStreamOf(log);
  const today = localDate(issued(log).at);
  await reads.closeThrough(addDays(today, -1));
  const { state } = await commands.state<ReadLogState>('readLog', stream);
  const sealed: string[] = [];
  for (const { day, closed } of await reads.segments()) {
    if (!closed || day <= (state.last ?? '')) continue;
    const { count, root, broken } = await walkSegment(reads, day);
    const indexes = broken.slice(0, MOST_BROKEN).map(({ index }) => index);
    const body = { day, count, root, ...(indexes.length > 0 && { broken: indexes }) };
    await commands.execute('readLog', stream, 'SealReads', body, issued(derivedUuid(log, `seal reads ${day}`)));
    sealed.push(day);
  }
  await destroyReads({ log, reads, commands, issued }, stream, today);
  return sealed;
};

/** The event first, then the records: a segment that is gone without the event is lost. */
const destroyReads = async (
  { log, reads, commands, issued }: ReadLogKeeping,
  stream: string,
  today: string,
): Promise<void> => {
  const { state: before } = await commands.state<ReadLogState>('readLog', stream);
  if (before.days.length > 0)
    await commands.execute('readLog', stream, 'DestroyReads', {}, issued(derivedUuid(log, `destroy reads ${today}`)));
  const { state } = await commands.state<ReadLogState>('readLog', stream);
  if (state.destroyedThrough !== undefined) await reads.destroyThrough(state.destroyedThrough);
};
