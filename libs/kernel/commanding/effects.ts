import { derivedUuid } from '@kernel/format';
import {
  Erased,
  type AnyProcess,
  type Effect,
  type FactMeta,
  type CommandMeta,
  type OpenedFact,
} from '@kernel/sourcing';

type Reaction = (fact: object, meta: FactMeta, state: unknown, following: readonly OpenedFact[]) => readonly Effect[];

/** What a fact brings about elsewhere, given the state after its append and what that append holds behind it. */
export const effectsOf = (
  process: AnyProcess,
  { data, meta }: OpenedFact,
  state: unknown,
  following: readonly OpenedFact[],
): readonly Effect[] => (process.on[meta.type] as Reaction)(data, meta, state, following);

/** The command id of an effect: derived, so that repeating the process repeats the same command. */
export const effectCommandId = (decidingEvent: string, target: string, command: string): string =>
  derivedUuid(decidingEvent, `${target}\n${command}`);

/** The command id of the record that an effect was refused. */
export const refusalCommandId = (decidingEvent: string, target: string, command: string): string =>
  derivedUuid(decidingEvent, `${target}\n${command}\nrefused`);

/** An effect is an act of whoever decided it, in the same post. */
export const effectIssued = (
  { id, actor, post, org }: FactMeta,
  cmd: string,
  { at, traceparent }: Pick<CommandMeta, 'at' | 'traceparent'>,
): CommandMeta => ({
  cmd,
  actor,
  auth: 'none',
  via: 'process',
  at,
  causation: id,
  ...(post !== undefined && { post }),
  ...(org !== undefined && { org }),
  ...(traceparent !== undefined && { traceparent }),
});

/** Category and UUID of a stream. */
export const splitStream = (stream: string): readonly [category: string, subject: string] => {
  const dash = stream.indexOf('-');
  return [stream.slice(0, dash), stream.slice(dash + 1)];
};

/** Whether a value that an effect would carry further is destroyed or closed. */
export const holdsErased = (value: unknown): boolean => {
  if (value instanceof Erased) return true;
  return typeof value === 'object' && value !== null && Object.values(value).some(holdsErased);
};
