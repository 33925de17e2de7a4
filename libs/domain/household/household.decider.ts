import type { CommandClasses } from '@kernel/commanding/commands';
import { defineDecider, type FactMeta } from '@kernel/sourcing';
import { decideAfterExit } from './decide/after-exit';
import { decideAssistance } from './decide/assistance';
import { decideExit } from './decide/exit';
import { decideExitPublicity } from './decide/exit-publicity';
import { decideByReview } from './decide/review';
import { decideInVillage } from './decide/village';
import { decideMembership } from './decide/membership';
import { listing } from './decide/listed';
import { evolveAssistance } from './evolve/assistance';
import { evolveExit } from './evolve/exit';
import { evolveIdentification } from './evolve/identification';
import { evolveMembership } from './evolve/membership';
import { householdCommands } from './household.commands';
import { householdEvents, type HouseholdEvents } from './household.events';
import { recordedOf } from './rules/corrections';
import { UNKNOWN_HOUSEHOLD, type EvolveTable, type Household } from './state/household.state';

type Evolve = (household: Household, fact: never, meta: FactMeta) => Household;

/**
 * Every event is remembered by id and type (it may be corrected), and where the stream stands (it may be an origin).
 */
const remembering = (table: EvolveTable<HouseholdEvents>): EvolveTable<HouseholdEvents> =>
  Object.fromEntries(
    Object.entries(table as Readonly<Record<string, Evolve>>).map(([type, evolve]) => [
      type,
      (household: Household, fact: never, meta: FactMeta): Household => {
        const next = evolve(household, fact, meta);
        return {
          ...next,
          recorded: new Map(household.recorded).set(meta.id, recordedOf(type, fact, next.head)),
          last: { revision: meta.revision, h: meta.h },
        };
      },
    ]),
  ) as EvolveTable<HouseholdEvents>;

/** One household, from application to exit and back: one stream, one fold, one place where its rules stand. */
export const householdDecider = defineDecider<Household>()({
  commands: householdCommands,
  events: householdEvents,
  initialState: UNKNOWN_HOUSEHOLD,
  creates: ['SubmitHouseholdApplication', 'RegisterLegacyHousehold'],
  mustExist: true,
  area: ({ area }, command, { places }) => (area === '' ? (command as { area: string }).area : places.home(area)),
  decide: listing({
    ...decideInVillage,
    ...decideByReview,
    ...decideMembership,
    ...decideAssistance,
    ...decideExit,
    ...decideExitPublicity,
    ...decideAfterExit,
  }),
  evolve: remembering({
    ...evolveIdentification,
    ...evolveMembership,
    ...evolveAssistance,
    ...evolveExit,
    EffectRefused: (household) => household,
  }),
});

declare module '@kernel/commanding/commands' {
  interface CommandsOf {
    household: CommandClasses<typeof householdDecider>;
  }
}
