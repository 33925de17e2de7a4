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

/** @throws NotFound, InvalidCommand */
export const mustAccept = (decider: AnyDecider, command: string, body: object): void => {
  if (!Object.hasOwn(decider.decide, command)) throw new NotFound('command/unknown', { command });
  const issues = decider.commands.issues(command, body);
  if (issues) throw new InvalidCommand(issues);
};

/** @throws NotFound, StaleRevision */
export const refuseUnseen = ({ decider, command, issued, stream }: Attempt, { revision }: Cached): void => {
  if (revision === -1 && !decider.creates.includes(command)) throw new NotFound('record/not-found', { stream });
  if (issued.ifRevision !== undefined && issued.ifRevision !== revision)
    throw new StaleRevision(issued.ifRevision, revision);
};
