import type { CommandClasses } from '@kernel/commanding/commands';
import { needsPaper } from '@domain/paper/contract';
import {
  Clear,
  defineCommands,
  defineDecider,
  defineProjection,
  defineRejections,
  type Act,
  type Feature,
  type WordsFor,
  IsDay,
} from '@kernel/sourcing';
import { RecordEffectRefused } from '@kernel/processes';
import { MeetingHeld, meetingEvents, Votes, type Vote } from './meeting.events';

export class HoldMeeting extends MeetingHeld {
  @Clear() @IsDay() on!: string;
}
export class VoteOnApplications extends Votes {}
export class VoteOnExits extends Votes {}

const refuse = defineRejections({
  'meeting/held': {
    zh: ['该会议已经登记', '另一次会议请新建记录'],
    en: ['This meeting is recorded already', 'Another meeting is another record'],
  },
  'meeting/impossible-count': {
    zh: ['人数不符:{what}', '请核对签到表与票决统计'],
    en: ['The numbers do not add up: {what}', 'Check the sign-in sheet and the tally'],
  },
  'meeting/no-quorum': {
    zh: ['到会 {present} 人,不足应到 {eligible} 人的三分之 {thirds}', '请按法定人数重新召开会议'],
    en: ['{present} were present of {eligible}, less than {thirds} thirds', 'Hold the meeting again with a quorum'],
  },
  'meeting/no-assembly': {
    zh: [
      '到会 {present} 人,未超过十八周岁以上村民 {eligible} 人的二分之 {halves}',
      '请按法定人数重新召开村民会议;由户的代表参加的,会议种类为 households',
    ],
    en: [
      '{present} were present of {eligible} villagers of 18 and over, not more than {halves} halves',
      'Hold the assembly again with a quorum; if households were represented, its kind is households',
    ],
  },
  'meeting/not-yet': {
    zh: ['会议日期 {on} 晚于今天', '会议召开后再登记'],
    en: ['The meeting is dated {on}, after today', 'Record it when it has been held'],
  },
  'meeting/voted-before': {
    zh: ['该户在本次会议已有表决结果', '一户在一次会议只有一个结果;重新表决须另开会议'],
    en: [
      'This meeting has a result for that household already',
      'One result a household and meeting; vote anew at another meeting',
    ],
  },
});

export interface MeetingState {
  readonly area: string;
  readonly on: string;
  readonly eligible: number;
  readonly present: number;
  readonly voted: readonly string[];
}

const HALVES = 'meeting.quorum.assembly.halves';
const THIRDS = 'meeting.quorum.thirds';

/** More than half of the adults make an assembly; two thirds of whom may come make any other meeting. */
const mustHaveQuorum = ({ kind, eligible, present, area }: MeetingHeld, on: string, { rules }: Act): void => {
  if (kind === 'villagers') {
    const halves = Number(rules.lookup(HALVES, area, on)?.value ?? 1);
    if (present * 2 <= eligible * halves) throw refuse('meeting/no-assembly', { present, eligible, halves });
    return;
  }
  const thirds = Number(rules.lookup(THIRDS, area, on)?.value ?? 2);
  if (present * 3 < eligible * thirds) throw refuse('meeting/no-quorum', { present, eligible, thirds });
};

const mustAddUp = ({ present, voted }: MeetingState, votes: readonly Vote[]): void => {
  const seen = new Set(voted);
  for (const { household, inFavour, against, abstained, recused } of votes) {
    if (seen.has(household)) throw refuse('meeting/voted-before', { household });
    seen.add(household);
    if (inFavour + against + abstained + recused > present)
      throw refuse('meeting/impossible-count', { what: '票数大于到会人数 more votes than present', household });
  }
};

export const meetingDecider = defineDecider<MeetingState>()({
  commands: defineCommands({ HoldMeeting, VoteOnApplications, VoteOnExits, RecordEffectRefused }),
  events: meetingEvents,
  initialState: { area: '', on: '', eligible: 0, present: 0, voted: [] },
  creates: ['HoldMeeting'],
  mustExist: true,
  proves: true,
  area: ({ area }, command) => (area === '' ? (command as HoldMeeting).area : area),
  decide: {
    HoldMeeting: ({ area }, { on, ...data }, act) => {
      if (area !== '') throw refuse('meeting/held');
      if (on > act.today) throw refuse('meeting/not-yet', { on });
      if (data.present > data.eligible || data.women > data.present)
        throw refuse('meeting/impossible-count', { what: '女性 ≤ 到会 ≤ 应到 women ≤ present ≤ eligible' });
      mustHaveQuorum(data, on, act);
      needsPaper(act, data.papers, 'minutes');
      return [{ type: 'MeetingHeld', data, validFrom: on }];
    },
    VoteOnApplications: (meeting, data) => {
      mustAddUp(meeting, data.votes);
      return [{ type: 'ReviewsVoted', data, validFrom: meeting.on }];
    },
    VoteOnExits: (meeting, data) => {
      mustAddUp(meeting, data.votes);
      return [{ type: 'ExitsVoted', data, validFrom: meeting.on }];
    },
    RecordEffectRefused: (_, data) => [{ type: 'EffectRefused', data }],
  },
  evolve: {
    MeetingHeld: (meeting, { area, eligible, present }, { validFrom = '' }) => ({
      ...meeting,
      area,
      eligible,
      present,
      on: validFrom,
    }),
    ReviewsVoted: (meeting, { votes }) => ({
      ...meeting,
      voted: [...meeting.voted, ...votes.map(({ household }) => household)],
    }),
    ExitsVoted: (meeting, { votes }) => ({
      ...meeting,
      voted: [...meeting.voted, ...votes.map(({ household }) => household)],
    }),
    EffectRefused: (meeting) => meeting,
  },
});

export interface MeetingSheet {
  readonly id: string;
  readonly area: string;
  readonly kind: string;
  readonly on: string;
  readonly eligible: number;
  readonly present: number;
  readonly women: number;
  readonly papers: readonly string[];
  readonly votes: readonly Vote[];
  readonly refused: readonly { readonly target: string; readonly command: string; readonly code: string }[];
}

const voted = (sheet: MeetingSheet | undefined, { votes }: Votes): MeetingSheet | undefined =>
  sheet && { ...sheet, votes: [...sheet.votes, ...votes] };

export const meetings = defineProjection<MeetingSheet>()({
  name: 'meetings',
  version: 1,
  from: meetingEvents,
  indexes: ['area', 'on', 'kind'],
  opens: [],
  on: {
    MeetingHeld: (_, fact, { subject, validFrom = '' }) => ({
      id: subject,
      ...fact,
      on: validFrom,
      votes: [],
      refused: [],
    }),
    ReviewsVoted: voted,
    ExitsVoted: voted,
    EffectRefused: (sheet, { target, command, code }) =>
      sheet && { ...sheet, refused: [...sheet.refused, { target, command, code }] },
  },
});

const KIND_WORDS: WordsFor<MeetingHeld['kind']> = {
  villagers: ['村民会议', 'Assembly of villagers'],
  households: ['村民会议(户的代表参加)', 'Assembly of representatives of households'],
  representatives: ['村民代表会议', 'Meeting of village representatives'],
  group: ['村民小组会议', 'Meeting of a village group'],
};

export const meetingFeature: Feature = {
  deciders: [meetingDecider],
  projections: [meetings],
  processes: [],
  permissions: {
    HoldMeeting: ['village'],
    VoteOnApplications: ['village'],
    VoteOnExits: ['village'],
    /** Of every record that decides something about another. */
    RecordEffectRefused: ['village', 'township', 'county', 'leading-group', 'inspector', 'system'],
  },
  stages: { 'meeting.kind': KIND_WORDS },
};

declare module '@kernel/commanding/commands' {
  interface CommandsOf {
    meeting: CommandClasses<typeof meetingDecider>;
  }
}
