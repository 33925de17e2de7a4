import { refuse } from '../refusals';
import type { OpenObjection, Publicity } from '../state/household.state';

/** An objection is raised once, while its round hangs; what comes after it is a complaint (信访). */
export const mustBeNewInRound = (
  { posted, objections, openObjections }: Publicity,
  { objection, on }: { readonly objection: string; readonly on: string },
): void => {
  if (on < posted.slice(0, on.length)) throw refuse('household/objection-early', { on, posted });
  if (objections.includes(objection) || openObjections.some((one) => one.objection === objection))
    throw refuse('household/objection-raised', { objection });
};

export const openObjection = ({ openObjections }: Publicity, objection: string): OpenObjection => {
  const open = openObjections.find((one) => one.objection === objection);
  if (!open) throw refuse('household/objection-unknown', { objection });
  return open;
};

/** Publicity without objection (公示无异议): each was investigated and answered. */
export const mustBeAnswered = ({ openObjections: { length: count } }: Publicity): void => {
  if (count > 0) throw refuse('household/objection-open', { count });
};
