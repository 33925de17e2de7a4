import { defineCommands } from '@kernel/sourcing';
import * as assistance from './commands/assistance';
import * as exit from './commands/exit';
import * as identification from './commands/identification';
import * as membership from './commands/membership';

export const householdCommands = defineCommands(
  { ...identification, ...membership, ...assistance, ...exit },
  { carry: ['ReceiveMembers'] },
);
export type HouseholdCommands = (typeof householdCommands)['classes'];
