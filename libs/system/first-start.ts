import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AREAS_433124, readAreas, type Area, type AreaList } from '@domain/area';
import { randomPassword, type Role } from '@kernel/accounts';
import { inWords } from '@kernel/engines';
import { derivedUuid, newUuid } from '@kernel/format';
import { writeSecret } from '@kernel/privacy';
import { significant } from '@kernel/sourcing';
import type { System } from './system';

export interface FirstLogin {
  readonly account: string;
  readonly password: string;
  readonly role: Role;
  readonly area: string;
}

const VILLAGE = '433124110226';
const TOWNSHIP = '433124110';
const COUNTY = '433124';

/** One account for each role, and two clerks of village, township and county: four eyes need two. */
const ACCOUNTS: readonly (readonly [account: string, name: string, role: Role, area: string])[] = [
  ['village-1', '石清远', 'village', VILLAGE],
  ['village-2', '龙秀芝', 'village', VILLAGE],
  ['township-1', '麻正文', 'township', TOWNSHIP],
  ['township-2', '吴雪梅', 'township', TOWNSHIP],
  ['county-1', '向国平', 'county', COUNTY],
  ['county-2', '田慧', 'county', COUNTY],
  ['helper-1', '彭立新', 'helper', VILLAGE],
  ['leading-group-1', '隆志坚', 'leading-group', COUNTY],
  ['leading-group-2', '梁思远', 'leading-group', COUNTY],
  ['sector-1', '施明', 'sector', COUNTY],
  ['archivist-1', '杨静', 'archivist', COUNTY],
  ['inspector-1', '周正', 'inspector', COUNTY],
  ['dispute-handler-1', '唐宁', 'dispute-handler', COUNTY],
  ['admin-1', '系统管理员', 'admin', COUNTY],
];

export const firstLoginsFile = (data: string): string => join(data, 'first-logins.json');

const subjectFor = ({ log }: System, account: string): string => derivedUuid(log, `account/${account}`);
const canSignIn = async (system: System, account: string): Promise<boolean> =>
  (await system.sessions.subjectOf(account)) === subjectFor(system, account);

/** Who may sign in first; the file is written before the first of them can. */
const firstLogins = async (system: System): Promise<readonly FirstLogin[]> => {
  const { data } = system.settings;
  const file = firstLoginsFile(data);
  if (existsSync(file)) return inWords(file, 'data', () => JSON.parse(readFileSync(file, 'utf8')) as FirstLogin[]);
  const logins: FirstLogin[] = [];
  for (const [account, , role, area] of ACCOUNTS)
    if (!(await canSignIn(system, account))) logins.push({ account, password: randomPassword(), role, area });
  writeSecret(data, file, `${JSON.stringify(logins, undefined, 2)}\n`);
  return logins;
};

/**
 * Opens the first accounts with random passwords, in a file of mode 0600. Who was interrupted goes on where it stopped.
 */
const openFirstAccounts = async (system: System): Promise<readonly FirstLogin[]> => {
  const logins = await firstLogins(system);
  for (const [account, name, role, area] of ACCOUNTS) {
    const subject = subjectFor(system, account);
    const act = (command: 'OpenAccount' | 'AssignPost', body: object): Promise<unknown> =>
      system.commands.carryOut('account', subject, command, body, {
        ...system.issued('setup'),
        cmd: derivedUuid(subject, command),
      });
    await act('OpenAccount', { account, name });
    const password = logins.find((login) => login.account === account)?.password;
    if (password !== undefined && !(await canSignIn(system, account)))
      await system.sessions.setPassword(subject, password);
    await act('AssignPost', { post: derivedUuid(subject, 'post'), role, area, from: '2013-01-01' });
  }
  return logins;
};

const LIST = 400;

/** Higher areas first: the first list tells which counties the log is about. */
const byLevel = <A extends { readonly code: string }>(areas: readonly A[]): readonly A[] =>
  [...areas].sort((a, b) => significant(a.code).length - significant(b.code).length);

type Term = Pick<AreaList, 'from' | 'to'>;

/**
 * Records areas in lists of at most 400, with the days in which they are in force; the same areas again change nothing.
 */
export const recordAreas = async (
  system: System,
  csv: string,
  term: Term = {},
): Promise<{ areas: number; recorded: number }> => {
  const areas = readAreas(csv);
  const directory = await system.areas.refresh();
  const isKnown = ({ code, name }: Area): boolean =>
    directory.name(code) === name &&
    Object.entries(term).every(([end, day]) => directory.term(code)[end as keyof Term] === day);
  const unknown = byLevel(areas.filter((area) => !isKnown(area)));
  for (let at = 0; at < unknown.length; at += LIST) {
    const body: Omit<AreaList, 'id'> = { areas: unknown.slice(at, at + LIST), ...term };
    await system.commands.execute('areaList', newUuid(), 'RecordAreas', body, system.issued('setup'));
  }
  await system.caughtUp();
  return { areas: areas.length, recorded: unknown.length };
};

/**
 * The log alone tells: it begins with other accounts, or the last of the first ones has its post, which is the last act
 * of a first start.
 */
const isStaffed = async (system: System): Promise<boolean> => {
  const stream = (account: string): string => `account-${subjectFor(system, account)}`;
  for await (const [first] of system.store.readAll({ types: ['AccountOpened'], pageSize: 1 })) {
    if (first === undefined) continue;
    return (
      first.stream !== stream(ACCOUNTS[0]![0]) || (await system.store.read(stream(ACCOUNTS.at(-1)![0]))).length > 1
    );
  }
  return false;
};

/**
 * What a new system needs before anybody can work: areas and accounts. Answers the first logins; none where there are
 * some already.
 */
export const prepareFirstStart = async (system: System): Promise<readonly FirstLogin[]> => {
  if (await isStaffed(system)) return [];
  await recordAreas(system, AREAS_433124);
  const logins = await openFirstAccounts(system);
  await system.caughtUp();
  return logins;
};

const WAIT = 500;

/** Of several workers the one on duty prepares the first start; the others wait for it. */
export const preparedByOne = async (system: System): Promise<void> => {
  while (!system.onDuty && !(await isStaffed(system))) await sleep(WAIT);
  if (system.onDuty) await prepareFirstStart(system);
};
