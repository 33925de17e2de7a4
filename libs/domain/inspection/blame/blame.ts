import { continuedBy, DERIVED_FIELDS, householdCard, type HouseholdCard } from '@domain/household/contract';
import {
  changesBetween,
  foldDocument,
  knownFacts,
  stepsOf,
  type Change,
  type Moment,
  type Step,
} from '@kernel/read-models';
import { CORRECTION, effectiveDay, firstDay, type OpenedFact } from '@kernel/sourcing';

/** The event that something rests on: who, in which post, when, on which papers. */
export interface EventReference {
  readonly revision: number;
  readonly id: string;
  readonly type: string;
  readonly actor: string;
  readonly post?: string;
  readonly recordedAt: string;
  readonly validFrom?: string;
  readonly reason?: string;
  readonly papers: readonly string[];
  readonly h: string;
  /** Of a correction: who asked for it. */
  readonly requestedBy?: string;
}

export interface BlamedField {
  /** `people[<id>].name` names a field of a listed person. */
  readonly field: string;
  readonly value: unknown;
  /** The event that gave the field its value. */
  readonly set: EventReference;
  /** A later event that stated the same value again. */
  readonly confirmed?: EventReference;
}

/** What a reader may see of a card. */
export type Seen = (card: object) => object;

interface Origin {
  readonly set: OpenedFact;
  readonly confirmed?: OpenedFact;
}

/** Neither derived from others, nor the id by which a listed person or measure is named anyway. */
const isOwnField = (field: string): boolean =>
  !DERIVED_FIELDS.has(field.split('.')[0] ?? '') && !/\]\.(person|id)$/.test(field);

/** Facts that a moment knows of; corrections stay, since they count for the day of what they correct. */
const factsAt = (facts: readonly OpenedFact[], { asOf, knownAt }: Moment): readonly OpenedFact[] =>
  facts.filter(
    ({ meta }) =>
      (knownAt === undefined || meta.recordedAt <= knownAt) &&
      (asOf === undefined || meta.type === CORRECTION || effectiveDay(meta) <= firstDay(asOf)),
  );

const SINCE = 'since.';

/** A later fact moved the day of a field and left its value. */
const confirmedBy = (origins: Map<string, Origin>, changes: readonly Change[], fact: OpenedFact): void => {
  const changed = new Set(changes.map(({ field }) => field));
  for (const { field } of changes) {
    const of = field.slice(SINCE.length);
    const origin = origins.get(of);
    if (field.startsWith(SINCE) && origin && !changed.has(of)) origins.set(of, { ...origin, confirmed: fact });
  }
};

const originsOf = (steps: readonly Step[]): ReadonlyMap<string, Origin> => {
  const origins = new Map<string, Origin>();
  for (const { fact, before, after } of steps) {
    const changes = changesBetween(before, after);
    for (const change of changes) {
      if ('after' in change) origins.set(change.field, { set: fact });
      else origins.delete(change.field);
    }
    confirmedBy(origins, changes, fact);
  }
  return origins;
};

/**
 * An event as what something rests on it; a correction rests on the papers of its request, a list on those of what it
 * goes on with.
 */
export const referenceOf = (fact: OpenedFact, facts: readonly OpenedFact[]): EventReference => {
  const { revision, id, type, actor, post, recordedAt, validFrom, reason, h } = fact.meta;
  const { papers, request } = continuedBy(fact, facts).data as { papers?: readonly string[]; request?: string };
  const requested = request === undefined ? undefined : facts.find((one) => one.meta.id === request);
  return {
    revision,
    id,
    type,
    actor,
    recordedAt,
    h,
    papers: papers ?? (requested?.data as { papers?: readonly string[] } | undefined)?.papers ?? [],
    ...(post !== undefined && { post }),
    ...(validFrom !== undefined && { validFrom }),
    ...(reason !== undefined && { reason }),
    ...(requested && { requestedBy: requested.meta.actor }),
  };
};

/** The card at a moment, field by field: value as its reader sees it, and the event that set it last. */
export const blame = (facts: readonly OpenedFact[], moment: Moment, seen: Seen): readonly BlamedField[] => {
  const card = foldDocument<HouseholdCard>(householdCard, knownFacts(facts, moment));
  if (!card) return [];
  const origins = originsOf(stepsOf(householdCard, factsAt(facts, moment)));
  return changesBetween(undefined, seen(card)).flatMap(({ field, after }) => {
    const origin = origins.get(field);
    if (!isOwnField(field) || !origin) return [];
    const confirmed = origin.confirmed && { confirmed: referenceOf(origin.confirmed, facts) };
    return [{ field, value: after, set: referenceOf(origin.set, facts), ...confirmed }];
  });
};

export interface FieldChange extends EventReference {
  readonly changes: readonly Change[];
}

const concerns = (wanted: string, field: string): boolean =>
  field === wanted || field.startsWith(`${wanted}.`) || field.startsWith(`${wanted}[`) || field.endsWith(`.${wanted}`);

const valuesOf = (document: object | undefined, seen: Seen): ReadonlyMap<string, unknown> =>
  new Map(document ? changesBetween(undefined, seen(document)).map(({ field, after }) => [field, after]) : []);

/**
 * Every event that changed a field (or any field below it, or that field of any person), with the value before and
 * after.
 */
export const fieldHistory = (
  facts: readonly OpenedFact[],
  wanted: string | undefined,
  seen: Seen,
): readonly FieldChange[] =>
  stepsOf(householdCard, facts).flatMap(({ fact, before, after }) => {
    const changed = changesBetween(before, after).filter(
      ({ field }) => isOwnField(field) && (wanted === undefined || concerns(wanted, field)),
    );
    if (changed.length === 0) return [];
    const [old, now] = [valuesOf(before, seen), valuesOf(after, seen)];
    const changes = changed.map(({ field }) => ({
      field,
      ...(old.has(field) && { before: old.get(field) }),
      ...(now.has(field) && { after: now.get(field) }),
    }));
    return [{ ...referenceOf(fact, facts), changes }];
  });
