import type { AccountState } from '@kernel/accounts';
import { localDate } from '@kernel/sourcing';
import { lastBackup } from './backup-daily';
import { displaced } from './displaced';
import type { System } from './system';

/** What should be mended although recording and reading go on: a stable code, how many, and words for the operator. */
export interface Degraded {
  readonly code: string;
  readonly count: number;
  readonly zh: string;
  readonly en: string;
}

/** Seconds after which a daily backup is missing. */
const LATE_BACKUP = 36 * 3600;

type Condition = (system: System) => Promise<Omit<Degraded, 'code'> | undefined>;

const CONDITIONS: Readonly<Record<string, Condition>> = {
  'households-displaced': async ({ models, areas, clock }) => {
    const looked = { models, directory: await areas.refresh(), today: localDate(clock.now()) };
    const count = [...(await displaced(looked)).values()].reduce((sum, one) => sum + one, 0);
    return count === 0
      ? undefined
      : {
          count,
          zh: `${String(count)} 户所在区划不是在用的村:由县级以迁移(relocate-household)移入一个村;清单见 verify --views`,
          en:
            `${String(count)} households stand in no village in force: a post of the county relocates them ` +
            '(verify --views names them)',
        };
  },
  'documents-parked': async ({ projector }) => {
    const { length: count } = await projector.parked();
    return count === 0
      ? undefined
      : {
          count,
          zh: `${String(count)} 份文档无法生成,已搁置:见运行情况`,
          en: `${String(count)} documents do not fold and are parked: see operations`,
        };
  },
  'effects-parked': async ({ processes }) => {
    const { length: count } = await processes.parked();
    return count === 0
      ? undefined
      : {
          count,
          zh: `${String(count)} 项联动登记无法办理,已搁置:见运行情况`,
          en: `${String(count)} effects cannot be carried out and are parked: see operations`,
        };
  },
  'backup-late': ({ settings }) => {
    const last = lastBackup(settings);
    if (last === 'off' || (last !== 'never' && last.ageSeconds < LATE_BACKUP)) return Promise.resolve(undefined);
    const hours = last === 'never' ? undefined : Math.floor(last.ageSeconds / 3600);
    return Promise.resolve({
      count: 1,
      zh: hours === undefined ? '尚无定时备份:见运行情况中失败的任务' : `最近一次备份在 ${String(hours)} 小时之前`,
      en:
        hours === undefined
          ? 'there is no scheduled backup yet: see failed jobs in operations'
          : `the newest backup is ${String(hours)} hours old`,
    });
  },
  'logins-doubled': async ({ logins, commands }) => {
    const states = await Promise.all((await logins.doubled()).map((id) => commands.state<AccountState>('account', id)));
    const { length: count } = states.filter(({ state }) => state.status === 'open');
    return count === 0
      ? undefined
      : {
          count,
          zh: `${String(count)} 个账号的登录名属于先开立的账号,无人能登录:请停用,并以另一登录名重新开立`,
          en:
            `the logins of ${String(count)} accounts belong to accounts opened before them, so that nobody ` +
            'signs in to them: suspend them and open others',
        };
  },
};

/** Everything that is degraded now, one entry a condition. */
export const degradedOf = async (system: System): Promise<readonly Degraded[]> => {
  const found = await Promise.all(
    Object.entries(CONDITIONS).map(async ([code, condition]) => {
      const one = await condition(system);
      return one && { code, ...one };
    }),
  );
  return found.flatMap((one) => one ?? []);
};
