import type { Act, ClassTable, Fact, FactMeta, Personal, Whole } from '@kernel/sourcing';
import type { HouseholdEvents } from '../household.events';
import type { MemberFacts } from '../events/fields';
import type { ExitItem } from '../events/exit';
import type { Recorded } from '../rules/corrections';

/** Status in lists (domain: household life-cycle). */
export type Status = 'none' | 'poor' | 'pre-exit' | 'exited' | 'relapsed' | 'removed' | 'cancelled';

/** Where the identification case stands. */
export type Stage =
  | 'none'
  | 'applied'
  | 'surveyed'
  | 'shortlisted'
  | 'verified'
  | 'publicity-1'
  | 'submitted-to-township'
  | 'approved-by-township'
  | 'publicity-2'
  | 'submitted-to-county'
  | 'approved-by-county'
  | 'announced'
  | 'registered'
  | 'withdrawn'
  | 'rejected-by-village'
  | 'rejected-by-township'
  | 'rejected-by-county';

/** Where the exit case stands. */
export type ExitStage =
  | 'none'
  | 'planned'
  | 'pre-exit'
  | 'surveyed'
  | 'reviewed'
  | 'verified'
  | 'consented'
  | 'consent-refused'
  | 'publicity-1'
  | 'published-1'
  | 'township-reviewed'
  | 'publicity-2'
  | 'published-2'
  | 'approved'
  | 'announced'
  | 'exited';

/** Stages of a case that is open, in their order. */
export const OPEN_EXIT: readonly ExitStage[] = [
  'planned',
  'pre-exit',
  'surveyed',
  'reviewed',
  'verified',
  'consented',
  'consent-refused',
  'publicity-1',
  'published-1',
  'township-reviewed',
  'publicity-2',
  'published-2',
  'approved',
  'announced',
];

export interface Member {
  readonly facts: MemberFacts;
  readonly active: boolean;
  readonly inTransfer: boolean;
}

/** An objection that waits for its answer, and who recorded it. */
export interface OpenObjection {
  readonly objection: string;
  readonly by: string;
}

/** The round of publicity that runs, and what was objected to it. */
export interface Publicity {
  readonly notice: string;
  /** Day of posting: nobody objects before it. */
  readonly posted: string;
  /** Objections raised in this round, answered or not. */
  readonly objections: readonly string[];
  /** Objections without an answer, of this round or of one that was invalid. */
  readonly openObjections: readonly OpenObjection[];
}

export interface Identification extends Publicity {
  /** Event id of the application: the case. */
  readonly case: string;
  readonly stage: Stage;
  readonly suspended: boolean;
  readonly incomeAssessed: boolean;
  /** Who recorded each step of this case. */
  readonly actors: Readonly<Record<string, string>>;
}

export interface ExitCase extends Publicity {
  readonly case: string;
  readonly stage: ExitStage;
  readonly year: number;
  readonly perHeadFen: Personal<number>;
  readonly items: readonly ExitItem[];
  readonly actors: Readonly<Record<string, string>>;
  /** Event id of the exit that stands. */
  readonly exit: string;
}

export interface Assistance {
  readonly helpers: readonly { readonly helper: string; readonly principal: boolean }[];
  readonly measures: Readonly<Record<string, 'started' | 'completed' | 'cancelled'>>;
  readonly suspended: boolean;
}

export interface CorrectionRequest {
  readonly event: string;
  readonly corrects: string;
  readonly replaces: object;
  readonly requestedBy: string;
}

export interface Household {
  readonly status: Status;
  readonly area: string;
  /** Event id that removed or cancelled it. */
  readonly closedBy: string;
  readonly registeredYear: number;
  readonly householdNo: Personal<string>;
  readonly head: string;
  readonly members: readonly Member[];
  /** What the application said, for the registration. */
  readonly facts: object;
  readonly identification: Identification;
  readonly exit: ExitCase;
  readonly assistance: Assistance;
  readonly requests: Readonly<Record<string, CorrectionRequest>>;
  /** Members released to another household and not received yet, by the event that released them. */
  readonly releases: Readonly<
    Record<string, { readonly reorganisation: string; readonly to: string; readonly persons: readonly string[] }>
  >;
  /** What was known of the members whom each release let go, by its event: what the other household receives. */
  readonly released: Readonly<Record<string, readonly MemberFacts[]>>;
  readonly links: readonly string[];
  /** By event id, everything that was recorded and may be corrected. */
  readonly recorded: ReadonlyMap<string, Recorded>;
  readonly last: { readonly revision: number; readonly h: string };
}

const NO_PUBLICITY: Publicity = { notice: '', posted: '', objections: [], openObjections: [] };

export const NO_CASE: Identification = {
  ...NO_PUBLICITY,
  case: '',
  stage: 'none',
  suspended: false,
  incomeAssessed: false,
  actors: {},
};
export const NO_EXIT: ExitCase = {
  ...NO_PUBLICITY,
  case: '',
  stage: 'none',
  year: 0,
  perHeadFen: 0,
  items: [],
  actors: {},
  exit: '',
};

export const UNKNOWN_HOUSEHOLD: Household = {
  status: 'none',
  area: '',
  closedBy: '',
  registeredYear: 0,
  householdNo: '',
  head: '',
  members: [],
  facts: {},
  identification: NO_CASE,
  exit: NO_EXIT,
  assistance: { helpers: [], measures: {}, suspended: false },
  requests: {},
  releases: {},
  released: {},
  links: [],
  recorded: new Map(),
  last: { revision: -1, h: '' },
};

export type HouseholdFact = Fact<HouseholdEvents>;

/** Part of the decide table, for one family of commands. */
export type DecideTable<C extends ClassTable> = {
  readonly [K in keyof C]: (
    household: Household,
    command: Whole<InstanceType<C[K]>>,
    act: Act,
  ) => readonly HouseholdFact[];
};

/** Part of the evolve table, for one family of events. */
export type EvolveTable<E extends ClassTable> = {
  readonly [K in keyof E]: (household: Household, fact: Readonly<InstanceType<E[K]>>, meta: FactMeta) => Household;
};

export const activeMembers = ({ members }: Household): readonly Member[] => members.filter(({ active }) => active);
export const isMember = (household: Household, person: string): boolean =>
  activeMembers(household).some(({ facts, inTransfer }) => facts.person === person && !inTransfer);
