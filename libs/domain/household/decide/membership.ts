import { needsPaper } from '@domain/paper/contract';
import type { NoticeState } from '@domain/notice/contract';
import type { Whole } from '@kernel/sourcing';
import type * as commands from '../commands/membership';
import type { MemberFacts } from '../events/fields';
import { refuse } from '../refusals';
import { mustBeCorrectable } from '../rules/corrections';
import { mustBeDays } from '../rules/days';
import { datedOn, mustBeMember, mustBeRegistered, mustDiffer, withoutDate } from '../rules/steps';
import { activeMembers, type DecideTable } from '../state/household.state';

/** What changes a card: members, head, profile, place; corrections by two persons; transfers. */
export const decideMembership: DecideTable<typeof commands> = {
  ReviseHouseholdProfile: (household, command, act) => {
    mustBeRegistered(household);
    return [{ type: 'HouseholdProfileRevised', data: withoutDate(command), ...datedOn(command, act, household.area) }];
  },
  AddHouseholdMember: (household, command, act) => {
    mustBeRegistered(household);
    if (household.members.some(({ facts, active }) => active && facts.person === command.person))
      throw refuse('household/member-listed', { person: command.person });
    if (command.relation === '01') throw refuse('household/one-head');
    needsPaper(act, command.papers, 'certificate');
    return [{ type: 'HouseholdMemberAdded', data: withoutDate(command), ...datedOn(command, act, household.area) }];
  },
  RemoveHouseholdMember: (household, { newHead, ...command }, act) => {
    mustBeRegistered(household);
    mustBeMember(household, command.person);
    needsPaper(act, command.papers, 'certificate');
    const dating = datedOn(command, act, household.area);
    const removed = { type: 'HouseholdMemberRemoved' as const, data: withoutDate(command), ...dating };
    const last = activeMembers(household).length === 1;
    if (household.head !== command.person || last) return [removed];
    if (newHead === undefined || newHead === command.person) throw refuse('household/head-leaves');
    mustBeMember(household, newHead);
    return [
      { type: 'HouseholdHeadChanged', data: { from: command.person, to: newHead, papers: command.papers }, ...dating },
      removed,
    ];
  },
  ChangeHouseholdHead: (household, command, act) => {
    mustBeRegistered(household);
    mustBeMember(household, command.to);
    const data = { from: household.head, to: command.to, papers: command.papers };
    return [{ type: 'HouseholdHeadChanged', data, ...datedOn(command, act, household.area) }];
  },
  RelocateHousehold: (household, command, act) => {
    mustBeRegistered(household);
    return [
      {
        type: 'HouseholdRelocated',
        data: { ...withoutDate(command), from: household.area },
        ...datedOn(command, act, household.area),
      },
    ];
  },
  CancelHousehold: (household, command, act) => {
    mustBeRegistered(household);
    const count = activeMembers(household).length;
    if (count > 0) throw refuse('household/members-remain', { count });
    return [{ type: 'HouseholdCancelled', data: withoutDate(command), ...datedOn(command, act, household.area) }];
  },
  RemoveMisidentified: (household, command, act) => {
    mustBeRegistered(household);
    const notice = act.referred<NoticeState>(command.notice);
    if (notice.kind !== 'removal' || notice.status !== 'closed' || !notice.households.includes(act.subject)) {
      throw refuse('household/notice-mismatch', { notice: command.notice, expected: 'removal', status: 'closed' });
    }
    mustDiffer(household.identification.actors, act, '剔除 removal', 'application', 'county-review');
    needsPaper(act, command.papers, 'opinion');
    return [{ type: 'MisidentificationRemoved', data: withoutDate(command), ...datedOn(command, act, household.area) }];
  },
  LinkRecord: (_, { stream }) => [{ type: 'RecordLinked', data: { stream } }],
  RequestCorrection: ({ recorded }, { reason, ...data }, act) => {
    const target = recorded.get(data.event);
    if (target?.type !== data.corrects)
      throw refuse('household/event-unknown', { event: data.event, type: data.corrects });
    mustBeCorrectable(target, data.replaces);
    mustBeDays(data);
    needsPaper(act, data.papers, 'correction');
    return [{ type: 'CorrectionRequested', data, reason }];
  },
  RecordCorrection: ({ requests, recorded }, { request }, act) => {
    const open = requests[request];
    if (!open) throw refuse('household/request-unknown', { request });
    mustDiffer({ request: open.requestedBy }, act, '更正 correction', 'request');
    mustBeDays(open);
    const { event, corrects, replaces } = open;
    mustBeCorrectable(recorded.get(event) ?? { type: corrects }, replaces);
    return [{ type: 'CorrectionRecorded', data: { request, event, corrects, replaces } }];
  },
  RefuseCorrection: ({ requests }, data, act) => {
    const open = requests[data.request];
    if (!open) throw refuse('household/request-unknown', { request: data.request });
    mustDiffer({ request: open.requestedBy }, act, '更正 correction', 'request');
    return [{ type: 'CorrectionRefused', data }];
  },
  RecordEffectRefused: ({ releases }, data, act) => {
    const release = releases[data.event];
    const refused = { type: 'EffectRefused' as const, data };
    if (!release) return [refused];
    const { reorganisation, persons } = release;
    return [refused, { type: 'MembersReturned', data: { reorganisation, persons }, validFrom: act.today }];
  },
  ReleaseMembers: (household, { persons, reorganisation, to }, act) => {
    mustBeMember(household, ...persons);
    if (persons.includes(household.head)) throw refuse('household/head-leaves');
    const members = activeMembers(household)
      .filter(({ facts }) => persons.includes(facts.person))
      .map(({ facts }) => facts as Whole<MemberFacts>);
    const { revision: rev, h } = household.last;
    const origin = { log: act.log, stream: act.stream, rev, h };
    return [{ type: 'MembersReleased', data: { reorganisation, to, origin, members }, validFrom: act.today }];
  },
  ReceiveMembers: (household, data, act) => {
    mustBeRegistered(household);
    const known = data.members.find(({ person }) =>
      household.members.some(({ facts, active }) => active && facts.person === person),
    );
    if (known) throw refuse('household/member-listed', { person: known.person });
    return [{ type: 'MembersReceived', data, validFrom: act.today }];
  },
};
