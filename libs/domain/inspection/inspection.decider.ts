import type { CommandClasses } from '@kernel/commanding/commands';
import { canonicalDigest } from '@kernel/format';
import { daysBetween, defineDecider, defineProcess, defineRejections, significant, type Act } from '@kernel/sourcing';
import { inspectionCommands } from './inspection.commands';
import { inspectionEvents } from './inspection.events';

const refuse = defineRejections({
  'inspection/opened': {
    zh: ['该检查已经开始登记', '另一次检查请新建记录'],
    en: ['This inspection is open already', 'Another inspection is another record'],
  },
  'inspection/period': {
    zh: ['检查期限 {from} 至 {to} 无效(最长 {days} 日,且须在今天之后结束)', '请按通知书填写起止日期'],
    en: [
      'The period {from} to {to} cannot be (at most {days} days, ending after today)',
      'Take the dates of the letter',
    ],
  },
  'inspection/own-access': {
    zh: ['登记人不得为自己开通检查权限', '请由另一人登记'],
    en: ['Nobody opens access for themselves', 'Let somebody else record the letter'],
  },
  'inspection/not-running': {
    zh: ['检查期限为 {from} 至 {to}(不含),今天不在期限内或检查已结束', '请凭新的通知书开始新的检查'],
    en: ['The inspection runs from {from} until {to}, and not today', 'A new letter opens a new inspection'],
  },
  'inspection/closed': {
    zh: ['该检查已结束', '请凭新的通知书开始新的检查'],
    en: ['The inspection is closed', 'A new letter opens a new inspection'],
  },
  'inspection/not-named': {
    zh: ['您不是本次检查的检查人员', '请由通知书所列检查人员办理'],
    en: ['You are not named in this inspection', 'Let an inspector whom the letter names do it'],
  },
  'inspection/outside-scope': {
    zh: ['该户不在本次检查范围内', '检查范围见通知书;扩大范围须另行通知'],
    en: ['The household lies outside the scope', 'The letter says the scope; a wider one needs another letter'],
  },
  'inspection/finding-known': {
    zh: ['问题编号 {finding} 已登记', '另一问题请使用新的编号'],
    en: ['The finding {finding} is recorded already', 'Another finding takes another id'],
  },
  'inspection/finding-unknown': {
    zh: ['没有待处理的问题 {finding}', '请核对问题编号;已认定或撤销的问题不再改变'],
    en: ['There is no undecided finding {finding}', 'Check its id; what is confirmed or withdrawn stays so'],
  },
  'inspection/findings-open': {
    zh: ['尚有 {count} 个问题未认定或撤销', '请先逐一认定或撤销'],
    en: ['{count} findings are neither confirmed nor withdrawn', 'Decide each of them first'],
  },
});

export type FindingState = 'raised' | 'rebutted' | 'confirmed' | 'withdrawn';

export interface InspectionState {
  readonly status: 'none' | 'open' | 'closed';
  readonly area: string;
  readonly households?: readonly string[];
  readonly inspectors: readonly string[];
  readonly from: string;
  readonly to: string;
  readonly findings: Readonly<Record<string, FindingState>>;
}

const mustBeOpen = ({ status }: InspectionState): void => {
  if (status !== 'open') throw refuse('inspection/closed');
};

const mustRun = (inspection: InspectionState, { today }: Act): void => {
  const { status, from, to } = inspection;
  if (status !== 'open' || today < from || today >= to) throw refuse('inspection/not-running', { from, to });
};

const mustBeNamed = ({ inspectors }: InspectionState, { actor }: Act): void => {
  if (!inspectors.includes(actor)) throw refuse('inspection/not-named');
};

const mustLieInScope = ({ area, households }: InspectionState, household: string, act: Act): void => {
  const listed = households?.includes(household) ?? true;
  const stands = act.places.home(act.referred<{ readonly area: string }>(household).area);
  if (!listed || !stands.startsWith(significant(area))) throw refuse('inspection/outside-scope');
};

const mustBeUndecided = ({ findings }: InspectionState, finding: string): void => {
  if (findings[finding] !== 'raised' && findings[finding] !== 'rebutted')
    throw refuse('inspection/finding-unknown', { finding });
};

const countOf = ({ findings }: InspectionState, ...states: readonly FindingState[]): number =>
  Object.values(findings).filter((state) => states.includes(state)).length;

const decided = (inspection: InspectionState, finding: string, state: FindingState): InspectionState => ({
  ...inspection,
  findings: { ...inspection.findings, [finding]: state },
});

export const inspectionDecider = defineDecider<InspectionState>()({
  commands: inspectionCommands,
  events: inspectionEvents,
  initialState: { status: 'none', area: '', inspectors: [], from: '', to: '', findings: {} },
  creates: ['OpenInspection'],
  area: ({ area }, command) => (area === '' ? (command as { area: string }).area : area).padEnd(12, '0'),
  decide: {
    OpenInspection: ({ status }, { from, to, households, ...data }, act) => {
      if (status !== 'none') throw refuse('inspection/opened');
      const days = Number(act.rules.lookup('inspection.maxDays', data.area.padEnd(12, '0'), act.today)?.value ?? 180);
      const lasts = daysBetween(from, to);
      if (lasts < 1 || lasts > days || to <= act.today) throw refuse('inspection/period', { from, to, days });
      if (data.inspectors.includes(act.actor)) throw refuse('inspection/own-access');
      const sorted = households && [...new Set(households)].sort();
      const scope = sorted && { households: sorted, digest: canonicalDigest(sorted) };
      return [{ type: 'InspectionOpened', data: { ...data, ...scope }, validFrom: from, validTo: to }];
    },
    CloseInspection: (inspection, _, act) => {
      mustBeOpen(inspection);
      mustBeNamed(inspection, act);
      const open = countOf(inspection, 'raised', 'rebutted');
      if (open > 0) throw refuse('inspection/findings-open', { count: open });
      const data = { confirmed: countOf(inspection, 'confirmed'), withdrawn: countOf(inspection, 'withdrawn') };
      return [{ type: 'InspectionClosed', data }];
    },
    RaiseInspectionFinding: (inspection, data, act) => {
      mustRun(inspection, act);
      mustBeNamed(inspection, act);
      if (data.finding in inspection.findings) throw refuse('inspection/finding-known', { finding: data.finding });
      if (data.household !== undefined) mustLieInScope(inspection, data.household, act);
      return [{ type: 'InspectionFindingRaised', data }];
    },
    SubmitRebuttal: (inspection, data) => {
      mustBeOpen(inspection);
      mustBeUndecided(inspection, data.finding);
      return [{ type: 'RebuttalSubmitted', data }];
    },
    ConfirmFinding: (inspection, data, act) => {
      mustBeOpen(inspection);
      mustBeNamed(inspection, act);
      mustBeUndecided(inspection, data.finding);
      return [{ type: 'FindingConfirmed', data }];
    },
    WithdrawFinding: (inspection, data, act) => {
      mustBeOpen(inspection);
      mustBeNamed(inspection, act);
      mustBeUndecided(inspection, data.finding);
      return [{ type: 'FindingWithdrawn', data }];
    },
    RecordEffectRefused: (_, data) => [{ type: 'EffectRefused', data }],
  },
  evolve: {
    InspectionOpened: (inspection, { area, inspectors, households }, { validFrom = '', validTo = '' }) => ({
      ...inspection,
      status: 'open',
      area,
      inspectors,
      from: validFrom,
      to: validTo,
      ...(households && { households }),
    }),
    InspectionClosed: (inspection) => ({ ...inspection, status: 'closed' }),
    InspectionFindingRaised: (inspection, { finding }) => decided(inspection, finding, 'raised'),
    RebuttalSubmitted: (inspection, { finding }) => decided(inspection, finding, 'rebutted'),
    FindingConfirmed: (inspection, { finding }) => decided(inspection, finding, 'confirmed'),
    FindingWithdrawn: (inspection, { finding }) => decided(inspection, finding, 'withdrawn'),
    EffectRefused: (inspection) => inspection,
  },
});

/** A finding on a household leaves a link in its history. */
export const findings = defineProcess({
  name: 'inspection-findings',
  from: inspectionEvents,
  on: {
    InspectionFindingRaised: ({ household }, { stream }) =>
      household === undefined ? [] : [{ target: `household-${household}`, command: 'LinkRecord', body: { stream } }],
  },
});

declare module '@kernel/commanding/commands' {
  interface CommandsOf {
    inspection: CommandClasses<typeof inspectionDecider>;
  }
}
