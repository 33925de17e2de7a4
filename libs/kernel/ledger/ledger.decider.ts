import { defineCommands, defineDecider, defineRejections } from '@kernel/sourcing';
import { ledgerEvents, LogOpened } from './ledger.events';

export class OpenLog extends LogOpened {}

const refuse = defineRejections({
  'ledger/already-open': {
    zh: ['该日志已经开启', '无需再次开启;如需另起日志,请使用新的数据目录'],
    en: ['The log is already open', 'Nothing is to be done; a new log needs a new data folder'],
  },
});

interface Ledger {
  readonly open: boolean;
}

/** Area of acts of the log itself. */
export const NOWHERE = '000000000000';

export const ledgerDecider = defineDecider<Ledger>()({
  commands: defineCommands({ OpenLog }),
  events: ledgerEvents,
  initialState: { open: false },
  creates: ['OpenLog'],
  area: () => NOWHERE,
  decide: {
    OpenLog: ({ open }, data) => {
      if (open) throw refuse('ledger/already-open');
      return [{ type: 'LogOpened', data }];
    },
  },
  evolve: { LogOpened: () => ({ open: true }) },
});

export const ledgerPermissions = { OpenLog: ['system'] } as const;
