import { householdEvents } from '@domain/household/contract';
import { CommandReused, Forbidden, InvalidCommand, NotFound } from '@kernel/commanding';
import { FormatError, OpeningError } from '@kernel/format';
import { Rejection, schemaOf, type Issue, type JsonSchema } from '@kernel/sourcing';
import type { LegacyBody } from './legacy-household';
import { refuse, type RowRefusal } from './refusals';
import type { RegisterEntry } from './register-file';

/** The columns from which a command's fields were read. */
const OF_HOUSEHOLD: Readonly<Record<string, string>> = {
  on: '首次识别时间',
  area: '行政村',
  householdNo: '户编号',
  address: '自然村',
  phone: '户联系电话',
  attribute: '户类型',
  mainCause: '致贫原因1',
  dangerousHouse: '危房户',
  safeWater: '是否解决安全饮用水',
  perHeadFen: '人均纯收入',
  monitored: '监测对象类型',
  riskRemoved: '风险是否消除',
  riskFoundOn: '风险识别时间',
  riskRemovedOn: '风险消除时间',
};
const OF_MEMBER: Readonly<Record<string, string>> = {
  name: '姓名',
  idNumber: '证件号码',
  relation: '与户主关系',
  nation: '民族',
  phone: '人联系电话',
  education: '文化程度',
  school: '在校生状况',
  labour: '劳动技能',
  workMonths: '务工时间(月)',
  illnessInsurance: '是否参加大病保险',
  health: '健康状况',
  sex: '证件号码',
  born: '证件号码',
};
const OF_CODE: Readonly<Record<string, string>> = {
  'household/in-future': '首次识别时间',
  'household/one-head': '与户主关系',
  'access/outside-area': '行政村',
};

interface Refused {
  readonly household: RegisterEntry;
  readonly body: LegacyBody;
}

type Place = Omit<RowRefusal, 'why'>;

const placeAt = ({ rows }: RegisterEntry, line: number, column: string): Place => {
  const value = rows.find((row) => row.line === line)?.cells[column] ?? '';
  return { line, column, value };
};

const firstLine = ({ rows }: RegisterEntry): number => rows[0]?.line ?? 0;

/** Where in the sheet a value of the command stands. */
const placeOf = ({ household, body }: Refused, path: string): Place => {
  const [, field = '', index, inner = ''] = path.split('/');
  if (index !== undefined && field === 'members')
    return placeAt(household, household.rows[Number(index)]?.line ?? 0, OF_MEMBER[inner] ?? '');
  if (index !== undefined && field === 'raw') return placeOfRaw(household, body, Number(index));
  return placeAt(household, firstLine(household), OF_HOUSEHOLD[field] ?? '');
};

/** A further column is labelled by the row and the column that it stood in. */
const placeOfRaw = (household: RegisterEntry, body: LegacyBody, index: number): Place => {
  const { label = '' } = body.raw?.[index] ?? {};
  const [line = ''] = label.split('/', 1);
  return placeAt(household, Number(line), label.slice(line.length + 1));
};

const valueAt = (body: object, path: string): unknown =>
  path
    .split('/')
    .slice(1)
    .reduce<unknown>((at, token) => (at as Record<string, unknown> | undefined)?.[token], body);

/** What the class of the event says of a place. */
const schemaAt = (path: string): JsonSchema | undefined =>
  path
    .split('/')
    .slice(1)
    .reduce<JsonSchema | undefined>(
      (at, token) => (/^\d+$/.test(token) ? at?.items : at?.properties?.[token]),
      schemaOf(householdEvents.classes.HouseholdRegistered),
    );

const TOO_MANY: Readonly<Record<string, 'register/too-many-members' | 'register/too-many-columns'>> = {
  '/members': 'register/too-many-members',
  '/raw': 'register/too-many-columns',
};

const whyOf = (body: object, { path, code, message }: Issue): Rejection => {
  const value = valueAt(body, path);
  const { maxUnits, maxItems } = (schemaAt(path) ?? {}) as { readonly maxUnits?: number; readonly maxItems?: number };
  if (code === 'maxLength' && typeof value === 'string' && maxUnits !== undefined)
    return path.endsWith('/label')
      ? refuse('register/column-too-long', { most: maxUnits - value.indexOf('/') - 1 })
      : refuse('register/too-long', { length: [...value].length, most: maxUnits });
  if (code === 'arrayMaxSize' && Array.isArray(value) && maxItems !== undefined)
    return refuse(TOO_MANY[path] ?? 'register/too-many', { count: value.length, most: maxItems });
  if (code === 'isCivilDate') return refuse('register/no-such-day');
  return refuse('register/not-accepted', { what: message });
};

/**
 * Why a command was refused, in the places of the sheet from which it was read; `undefined` when it was not refused but
 * could not be carried out: a store is away.
 */
export const refusedCommand = (error: unknown, refused: Refused): readonly RowRefusal[] | undefined => {
  const whole = (why: Rejection): readonly RowRefusal[] => {
    const { household } = refused;
    return [{ ...placeAt(household, firstLine(household), OF_CODE[why.code] ?? ''), why }];
  };
  if (error instanceof InvalidCommand)
    return error.issues.map((issue) => ({ ...placeOf(refused, issue.path), why: whyOf(refused.body, issue) }));
  if (error instanceof Rejection) return whole(error);
  if (error instanceof Forbidden) return whole(new Rejection(error.code, error.details));
  if (error instanceof CommandReused) return whole(refuse('register/other-content'));
  if (error instanceof NotFound) return whole(refuse('register/not-recordable', { rule: error.code }));
  if (error instanceof OpeningError) return whole(refuse('register/record-damaged'));
  if (error instanceof FormatError) return whole(refuse('register/not-recordable', { rule: error.rule }));
  return undefined;
};
