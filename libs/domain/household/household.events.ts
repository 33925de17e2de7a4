import { EffectRefused } from '@domain/meeting/contract';
import { defineEvents } from '@kernel/sourcing';
import * as assistance from './events/assistance';
import * as exit from './events/exit';
import * as identification from './events/identification';
import * as membership from './events/membership';

const { OnMeasure: _onMeasure, ...assistanceEvents } = assistance;
const { Origin: _origin, ...membershipEvents } = membership;
const { ExitItem: _item, ...exitEvents } = exit;
const { OnNotice: _onNotice, InRound: _inRound, ReviewResult: _result, Verification: _verification, Opinion: _opinion, ...identificationEvents } = identification; // prettier-ignore

/** Every event of a household's one stream. The classes are the storage format for ever. */
export const householdEvents = defineEvents('household', {
  ...identificationEvents,
  ...membershipEvents,
  ...assistanceEvents,
  ...exitEvents,
  EffectRefused,
});

export type HouseholdEvents = (typeof householdEvents)['classes'];
