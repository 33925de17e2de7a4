import { newUuid } from '@kernel/format';
import { SUBJECT, type Given } from '@kernel/sourcing/testing/specification';
import {
  village1,
  township,
  county,
  clerk,
  head,
  wife,
  of,
  notice,
  given,
  on,
  members,
  steps,
  upTo,
} from './testing/identified';

describe('the card of a registered household', () => {
  const baby = newUuid();
  const born = { person: baby, name: '新', relation: '20', why: '1', papers: of('certificate'), on };

  it('gains and loses members on paper, and keeps one head', () => {
    given(...steps)
      .when('AddHouseholdMember', born)
      .then({ type: 'HouseholdMemberAdded', validFrom: on });
    given(...steps)
      .when('AddHouseholdMember', { ...born, person: wife })
      .thenRejected('household/member-listed');
    given(...steps)
      .when('AddHouseholdMember', { ...born, relation: '01' })
      .thenRejected('household/one-head');
    given(...upTo(5))
      .when('AddHouseholdMember', born)
      .thenRejected('household/not-registered');
    const leave = { person: head, why: '1', papers: of('certificate'), on };
    given(...steps)
      .when('RemoveHouseholdMember', leave)
      .thenRejected('household/head-leaves');
    given(...steps)
      .when('RemoveHouseholdMember', { ...leave, newHead: baby })
      .thenRejected('household/not-a-member');
    given(...steps)
      .when('RemoveHouseholdMember', { ...leave, newHead: wife })
      .then(
        { type: 'HouseholdHeadChanged', data: { from: head, to: wife, papers: leave.papers }, validFrom: on },
        { type: 'HouseholdMemberRemoved', data: { person: head, why: '1', papers: leave.papers }, validFrom: on },
      );
    given(...steps)
      .when('RemoveHouseholdMember', { ...leave, newHead: head })
      .thenRejected('household/head-leaves');
    const gone: Given = { type: 'HouseholdMemberRemoved', data: { person: wife, why: '1', papers: of('certificate') } };
    given(...steps, gone)
      .when('RemoveHouseholdMember', leave)
      .then({ type: 'HouseholdMemberRemoved' });
    given(...steps, gone)
      .when('RemoveHouseholdMember', { ...leave, person: wife })
      .thenRejected('household/not-a-member', { person: wife });
    given(...steps, gone)
      .when('AddHouseholdMember', { ...born, person: wife })
      .then({ type: 'HouseholdMemberAdded' });
    given(...steps)
      .when('RemoveHouseholdMember', { ...leave, person: wife })
      .then({ type: 'HouseholdMemberRemoved' });
    given(...steps)
      .when('CancelHousehold', { on, papers: of('certificate') })
      .thenRejected('household/members-remain', { count: 2 });
  });

  it('changes its head and its place, naming what was before', () => {
    const papers = of('other');
    given(...steps)
      .when('ChangeHouseholdHead', { on, to: wife, papers })
      .then({ type: 'HouseholdHeadChanged', data: { from: head, to: wife, papers }, validFrom: on });
    given(...steps)
      .when('ChangeHouseholdHead', { on, to: baby, papers })
      .thenRejected('household/not-a-member', { person: baby });
    const move = { to: '433124110227', kind: 'move', address: '新村一组', papers };
    given(...steps)
      .when('RelocateHousehold', { on, ...move })
      .then({ type: 'HouseholdRelocated', data: { ...move, from: '433124110226' }, validFrom: on });
    for (const command of ['ChangeHouseholdHead', 'RelocateHousehold'])
      given(...upTo(12))
        .when(command, {
          on,
          to: command === 'RelocateHousehold' ? move.to : wife,
          papers,
          ...(command === 'RelocateHousehold' && { kind: 'move' }),
        })
        .thenRejected('household/not-registered');
    const { why: _why, papers: _papers, on: _on, ...facts } = born;
    expect(
      given(
        ...steps,
        { type: 'HouseholdMemberAdded', data: { ...facts, why: '1', papers } },
        { type: 'HouseholdHeadChanged', data: { from: head, to: wife, papers } },
        { type: 'HouseholdMemberRemoved', data: { person: head, why: '1', papers } },
        { type: 'HouseholdRelocated', data: { ...move, from: '433124110226' } },
      ).state(),
    ).toMatchObject({
      head: wife,
      area: move.to,
      members: [
        { facts: { person: head }, active: false, inTransfer: false },
        { facts: { person: wife }, active: true, inTransfer: false },
        { facts, active: true, inTransfer: false },
      ],
    });
  });

  it('is corrected by a second person only, and only in what it recorded', () => {
    const id = newUuid();
    const history = [...steps.slice(0, 12), { ...steps[12]!, id }];
    const body = {
      event: id,
      corrects: 'HouseholdRegistered',
      replaces: { mainCause: '3' },
      reason: 'entry-error',
      papers: of('correction'),
    };
    given(...history)
      .when('RequestCorrection', body)
      .then({ type: 'CorrectionRequested', reason: 'entry-error' });
    given(...history)
      .when('RequestCorrection', { ...body, corrects: 'IncomeAssessed' })
      .thenRejected('household/event-unknown');
    const request = newUuid();
    const asked: Given = {
      type: 'CorrectionRequested',
      id: request,
      by: village1,
      data: {
        event: id,
        corrects: 'HouseholdRegistered',
        replaces: { householdNo: 'corrected' },
        papers: of('correction'),
      },
    };
    given(...history, asked)
      .when('RecordCorrection', { request }, { actor: village1 })
      .thenRejected('household/four-eyes');
    given(...history, asked)
      .when('RecordCorrection', { request }, { actor: township })
      .then({
        type: 'CorrectionRecorded',
        data: { request, event: id, corrects: 'HouseholdRegistered', replaces: { householdNo: 'corrected' } },
      });
    given(...history)
      .when('RecordCorrection', { request })
      .thenRejected('household/request-unknown');
    given(...history, asked)
      .when('RefuseCorrection', { request, papers: of('other') }, { actor: township })
      .then({ type: 'CorrectionRefused', data: { request, papers: of('other') } });
    given(...history, asked)
      .when('RefuseCorrection', { request, papers: of('other') }, { actor: village1 })
      .thenRejected('household/four-eyes', { earlier: 'request' });
    given(...history)
      .when('RefuseCorrection', { request, papers: of('other') })
      .thenRejected('household/request-unknown', { request });
    const corrected: Given = {
      type: 'CorrectionRecorded',
      data: { request, event: id, corrects: 'HouseholdRegistered', replaces: { householdNo: 'corrected' } },
    };
    expect(given(...history, asked, corrected).state()).toMatchObject({ householdNo: 'corrected', requests: {} });
  });

  it('is removed as misidentified after its own publicity', () => {
    const body = {
      on,
      exclusion: 'X3',
      discovered: 'cross-check',
      notice: notice('removal closed'),
      papers: of('opinion'),
    };
    given(...steps)
      .when('RemoveMisidentified', body, { actor: clerk })
      .then({ type: 'MisidentificationRemoved' });
    given(...steps)
      .when('RemoveMisidentified', body, { actor: county })
      .thenRejected('household/four-eyes');
    given(...steps)
      .when('RemoveMisidentified', { ...body, notice: notice('identification-1 closed') }, { actor: clerk })
      .thenRejected('household/notice-mismatch', { expected: 'removal', status: 'closed' });
    const hanging = { kind: 'removal', status: 'posted', households: [SUBJECT], posted: '2015-03-10', closed: '' };
    for (const state of [hanging, { ...hanging, status: 'closed', households: [] }])
      given(...steps)
        .when('RemoveMisidentified', body, { actor: clerk, others: { [body.notice]: state } })
        .thenRejected('household/notice-mismatch');
  });

  it('is opened again when it was closed wrongly, naming what closed it', () => {
    const id = newUuid();
    const removed: Given = {
      type: 'MisidentificationRemoved',
      id,
      data: { exclusion: 'X3', discovered: 'complaint', notice: newUuid(), papers: of('opinion') },
    };
    given(...steps, removed)
      .when('ReinstateHousehold', { on, ground: 'decision', papers: of('approval') })
      .then({ type: 'HouseholdReinstated', data: { cancelled: id, ground: 'decision', papers: of('approval') } });
    given(...steps)
      .when('ReinstateHousehold', { on, ground: 'decision', papers: of('approval') })
      .thenRejected('household/not-closed');
    expect(
      given(...steps, removed, {
        type: 'HouseholdReinstated',
        data: { cancelled: id, ground: 'decision', papers: of('approval') },
      }).state(),
    ).toMatchObject({ status: 'poor' });
  });

  it('passes members on: in transfer until the other household received them, back when it refused', () => {
    const release = { reorganisation: newUuid(), to: newUuid(), persons: [wife] };
    const [released] = given(...steps)
      .when('ReleaseMembers', release)
      .decided();
    expect(released?.data).toMatchObject({
      to: release.to,
      origin: { rev: 12, stream: `x-${SUBJECT}` },
      members: [members[1]],
    });
    given(...steps)
      .when('ReleaseMembers', { ...release, persons: [head] })
      .thenRejected('household/head-leaves');
    const id = newUuid();
    given(...steps)
      .when('ReleaseMembers', { ...release, persons: [baby] })
      .thenRejected('household/not-a-member', { person: baby });
    const gone: Given = { type: 'MembersReleased', id, data: released?.data ?? {} };
    given(...steps, gone)
      .when('ReleaseMembers', release)
      .thenRejected('household/not-a-member');
    const refused = {
      event: id,
      target: `household-${release.to}`,
      command: 'ReceiveMembers',
      code: 'household/not-registered',
    };
    given(...steps, gone)
      .when('RecordEffectRefused', refused)
      .then(
        { type: 'EffectRefused' },
        { type: 'MembersReturned', data: { reorganisation: release.reorganisation, persons: [wife] } },
      );
    expect(
      given(...steps, gone, { type: 'RecordLinked', data: { stream: `household-${release.to}` } }).state(),
    ).toMatchObject({ members: [{ active: true }, { active: false, inTransfer: false }], releases: {} });
    expect(
      given(...steps, gone, {
        type: 'MembersReturned',
        data: { reorganisation: release.reorganisation, persons: [wife] },
      }).state(),
    ).toMatchObject({ members: [{}, { active: true, inTransfer: false }] });
    const returned: Given = {
      type: 'MembersReturned',
      data: { reorganisation: release.reorganisation, persons: [wife] },
    };
    expect(given(...steps, gone, returned).state()).toMatchObject({ releases: {} });
    const again = { ...gone, id: newUuid(), data: { ...gone.data, reorganisation: newUuid(), to: newUuid() } };
    const linked: Given = { type: 'RecordLinked', data: { stream: `household-${release.to}` } };
    expect(given(...steps, gone, returned, again, linked).state()).toMatchObject({
      members: [{}, { active: true, inTransfer: true }],
      releases: { [again.id]: { to: again.data.to, persons: [wife] } },
    });
    expect(
      given(...steps, gone, { ...returned, data: { reorganisation: newUuid(), persons: [wife] } }).state(),
    ).toMatchObject({
      releases: { [id]: { reorganisation: release.reorganisation } },
    });
    const others = {
      ...gone,
      id: newUuid(),
      data: { ...gone.data, reorganisation: newUuid(), to: newUuid(), members: [] },
    };
    expect(given(...steps, gone, others, linked).state()).toMatchObject({
      releases: { [others.id]: { to: others.data.to } },
    });
    const back = {
      reorganisation: newUuid(),
      from: newUuid(),
      origin: { log: newUuid(), stream: 'household-x', rev: 1, h: 'a'.repeat(64) },
      members: [members[1]],
    };
    const twice = given(...steps, gone, linked, { type: 'MembersReceived', data: back }).state() as {
      members: unknown;
    };
    expect(twice.members).toEqual(members.map((facts) => ({ facts, active: true, inTransfer: false })));
    const receive = {
      reorganisation: release.reorganisation,
      from: newUuid(),
      origin: { log: newUuid(), stream: 'household-x', rev: 1, h: 'a'.repeat(64) },
      members: [{ ...members[1], person: newUuid() }],
    };
    given(...steps)
      .when('ReceiveMembers', receive)
      .then({ type: 'MembersReceived', data: receive, validFrom: '2015-06-20' });
    expect(given(...steps, { type: 'MembersReceived', data: receive }).state()).toMatchObject({
      members: [{}, {}, { facts: receive.members[0], active: true, inTransfer: false }],
    });
    given(...steps)
      .when('ReceiveMembers', { ...receive, members: [members[1]] })
      .thenRejected('household/member-listed');
  });
});
