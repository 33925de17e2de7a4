import type { FactMeta } from '@kernel/sourcing';
import type { Publicity } from '../state/household.state';

/** A round begins: nobody has objected to it yet. */
export const posted = (notice: string, { validFrom = '' }: FactMeta): Omit<Publicity, 'openObjections'> => ({
  notice,
  posted: validFrom,
  objections: [],
});

export const raised = (
  { objections, openObjections }: Publicity,
  objection: string,
  { actor }: FactMeta,
): Partial<Publicity> => ({
  objections: [...objections, objection],
  openObjections: [...openObjections, { objection, by: actor }],
});

export const answered = ({ openObjections }: Publicity, objection: string): Partial<Publicity> => ({
  openObjections: openObjections.filter((one) => one.objection !== objection),
});
