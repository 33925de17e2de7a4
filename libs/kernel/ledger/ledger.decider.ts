import type { CommandClasses } from '@kernel/commanding/commands';
import { defineCommands, defineDecider, defineRejections } from '@kernel/sourcing';
import { HeadsSealed, ledgerEvents, LogOpened, LogVerified, SigningKeyRotated } from './ledger.events';
import { MalformedNote, readVerifierKey } from './note/signed-note';
import { isRotation } from './reading/ledger-events';

export class OpenLog extends LogOpened {}
export class SealHeads extends HeadsSealed {}
export class RotateSigningKey extends SigningKeyRotated {}
export class RecordVerification extends LogVerified {}

const refuse = defineRejections({
  'ledger/already-open': {
    zh: ['该日志已经开启', '无需再次开启;如需另起日志,请使用新的数据目录'],
    en: ['The log is already open', 'Nothing is to be done; a new log needs a new data folder'],
  },
  'ledger/not-open': {
    zh: ['该日志尚未开启', '请先启动系统'],
    en: ['The log is not open yet', 'Start the system first'],
  },
  'ledger/heads-behind': {
    zh: ['户史末尾已封存到第 {sealed} 条,不能倒退到第 {entries} 条', '请以最新的检查点重新封存'],
    en: ['Heads are sealed up to entry {sealed} already, not back to {entries}', 'Seal again at the newest checkpoint'],
  },
  'ledger/key-not-named': {
    zh: [
      '新的签名密钥没有由现用密钥签名指定',
      '请用 ledger rotate-key 更换密钥;现用密钥丢失时,须另起日志并写明上一日志的检查点',
    ],
    en: [
      'The new signing key is not named in a note signed by the present one',
      'Rotate with `ledger rotate-key`; when the present key is lost, begin a new log that names the last ' +
        'checkpoint of this one',
    ],
  },
});

interface Ledger {
  readonly open: boolean;
  /** Verifier keys that sign now. */
  readonly keys: readonly string[];
  /** Entries up to which heads are sealed. */
  readonly sealed: number;
}

/** Area of acts of the log itself. */
export const NOWHERE = '000000000000';

const mustBeOpen = ({ open }: Ledger): void => {
  if (!open) throw refuse('ledger/not-open');
};

const isNamed = (keys: readonly string[], { key, note }: SigningKeyRotated): boolean => {
  try {
    return !keys.includes(key) && isRotation(note, key, keys.map(readVerifierKey)) && readVerifierKey(key).type === 1;
  } catch (error) {
    if (error instanceof MalformedNote) return false;
    throw error;
  }
};

export const ledgerDecider = defineDecider<Ledger>()({
  commands: defineCommands({ OpenLog, SealHeads, RotateSigningKey, RecordVerification }),
  events: ledgerEvents,
  initialState: { open: false, keys: [], sealed: 0 },
  creates: ['OpenLog'],
  area: () => NOWHERE,
  decide: {
    OpenLog: ({ open }, data) => {
      if (open) throw refuse('ledger/already-open');
      return [{ type: 'LogOpened', data }];
    },
    SealHeads: (ledger, data) => {
      mustBeOpen(ledger);
      const { entries } = data;
      if (entries < ledger.sealed) throw refuse('ledger/heads-behind', { entries, sealed: ledger.sealed });
      return [{ type: 'HeadsSealed', data }];
    },
    RotateSigningKey: (ledger, data) => {
      mustBeOpen(ledger);
      if (!isNamed(ledger.keys, data)) throw refuse('ledger/key-not-named');
      return [{ type: 'SigningKeyRotated', data }];
    },
    RecordVerification: (ledger, data) => {
      mustBeOpen(ledger);
      return [{ type: 'LogVerified', data }];
    },
  },
  evolve: {
    LogOpened: (ledger, { keys }) => ({ ...ledger, open: true, keys }),
    HeadsSealed: (ledger, { entries }) => ({ ...ledger, sealed: entries }),
    SigningKeyRotated: (ledger, { key }) => ({ ...ledger, keys: [key] }),
    LogVerified: (ledger) => ledger,
  },
});

export const ledgerPermissions = {
  OpenLog: ['system'],
  SealHeads: ['system'],
  RotateSigningKey: ['system'],
  RecordVerification: ['system'],
} as const;

declare module '@kernel/commanding/commands' {
  interface CommandsOf {
    ledger: CommandClasses<typeof ledgerDecider>;
  }
}
