import { FormatError } from '@kernel/format';
import type { Position } from '@kernel/event-store';
import { faultOf, UnknownView, type ReadModels, type ViewDefinition } from '@kernel/read-models';
import type { AnyProcess } from '@kernel/sourcing';

/** An effect that can neither be carried out nor refused for good: it waits for help, and nothing waits behind it. */
export interface ParkedEffect {
  /** Command id of the effect; the event's own id where not even its effects can be told. */
  readonly id: string;
  readonly process: string;
  /** The deciding event. */
  readonly stream: string;
  readonly revision: number;
  readonly type: string;
  readonly target?: string;
  readonly command?: string;
  /** A stable code, or kind and place of the fault; never what was recorded. */
  readonly error: string;
  /** UTC instant. */
  readonly since: string;
  /** UTC instant of the last attempt to carry it out. */
  readonly tried?: string;
}

/** Why something cannot be carried out, without its message, which may quote what was recorded. */
export const causeOf = (error: unknown): string => {
  if (error instanceof FormatError) return error.rule;
  const { code } = error as { readonly code?: unknown };
  return typeof code === 'string' && code.includes('/') ? code : faultOf(error);
};

/** Where a process stands, and in its documents what it has parked. Losing it loses time, never an effect. */
export const standOf = ({ name }: AnyProcess): ViewDefinition<ParkedEffect> => ({
  name: `process-${name}`,
  version: 1,
  indexes: [],
});

const SHOWN = 1000;

/** What a process has parked; nothing while the process that carries it out has not begun. */
export const parkedBy = async (models: ReadModels, process: AnyProcess): Promise<readonly ParkedEffect[]> => {
  try {
    return (await models.find(standOf(process), { limit: SHOWN })).items;
  } catch (error) {
    if (error instanceof UnknownView) return [];
    throw error;
  }
};

/** Moves a process on, with what it parked and what it need not keep any longer. */
export const writeStand = (
  models: ReadModels,
  process: AnyProcess,
  checkpoint: Position,
  change: { readonly parked?: readonly ParkedEffect[]; readonly done?: readonly string[]; readonly events?: number },
): Promise<void> => {
  const puts = new Map((change.parked ?? []).map((one) => [one.id, one]));
  const deletes = (change.done ?? []).filter((id) => !puts.has(id));
  return models.write(standOf(process), { puts, deletes, checkpoint }, change.events ?? 0);
};
