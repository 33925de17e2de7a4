import { EffectRefused } from '@kernel/processes';
import * as assistance from './assistance';
import * as exit from './exit';
import * as identification from './identification';
import * as membership from './membership';

const { OnMeasure: _onMeasure, ...assistanceEvents } = assistance;
const { Origin: _origin, ...membershipEvents } = membership;
const { ExitItem: _item, ...exitEvents } = exit;
const {
  OnNotice: _onNotice,
  InRound: _inRound,
  ReviewResult: _result,
  Verification: _verification,
  Opinion: _opinion,
  ...identificationEvents
} = identification;

/** Every event of a household's one stream. The classes are the storage format for ever. */
export const householdClasses = {
  ...identificationEvents,
  ...membershipEvents,
  ...assistanceEvents,
  ...exitEvents,
  EffectRefused,
};
