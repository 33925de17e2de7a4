import type { AnyDecider, CommandMeta } from '@kernel/sourcing';
import { InvalidCommand, NotFound, StaleRevision } from './errors';
import type { Cached } from './stream-cache';

/** A command with its checked body, on its way to a stream. */
export interface Attempt {
  readonly decider: AnyDecider;
  readonly stream: string;
  readonly subject: string;
  readonly command: string;
  readonly body: object;
  readonly issued: CommandMeta;
}

/** @throws NotFound */
export const mustKnow = (decider: AnyDecider, command: string): void => {
  if (!Object.hasOwn(decider.decide, command)) throw new NotFound('command/unknown', { command });
};

/** @throws NotFound, InvalidCommand */
export const mustAccept = (decider: AnyDecider, command: string, body: object): void => {
  mustKnow(decider, command);
  const issues = decider.commands.issues(command, body);
  if (issues) throw new InvalidCommand(issues);
};

/** A record that is not there, and one that lies outside the caller's area: nobody may tell them apart. */
export const notFound = (stream: string): NotFound => new NotFound('record/not-found', { stream });

/** @throws NotFound */
export const refuseUnseen = ({ decider, command, stream }: Attempt, { revision }: Cached): void => {
  if (revision === -1 && !decider.creates.includes(command)) throw notFound(stream);
};

/** @throws StaleRevision */
export const refuseStale = ({ issued: { ifRevision } }: Attempt, { revision }: Cached): void => {
  if (ifRevision !== undefined && ifRevision !== revision) throw new StaleRevision(ifRevision, revision);
};
