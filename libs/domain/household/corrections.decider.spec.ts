import { newUuid } from '@kernel/format';
import type { Given } from '@kernel/sourcing/testing/specification';
import { given, head, members, of, steps, township, village1, wife } from './testing/identified';

const PLACE = '433124110226';
const [registration, request] = [newUuid(), newUuid()];
const history: readonly Given[] = [...steps.slice(0, -1), { ...steps.at(-1)!, id: registration }];
const idOf = (type: string, before: readonly Given[]): string => before.find((fact) => fact.type === type)?.id ?? '';

/**
 * Asks for a correction of the last event of a type, and lets one be recorded that was asked for before there was this
 * rule.
 */
const correcting = (corrects: string, replaces: object, before: readonly Given[] = history) => {
  const facts = before.map((fact) => ({ id: newUuid(), ...fact }));
  const data = { event: idOf(corrects, facts), corrects, replaces, papers: of('correction') };
  const asked: Given = { type: 'CorrectionRequested', id: request, by: village1, reason: 'entry-error', data };
  return {
    asked: given(...facts).when('RequestCorrection', { ...data, reason: 'entry-error' }),
    recorded: given(...facts, asked).when('RecordCorrection', { request }, { actor: township }),
    refused: given(...facts, asked).when('RefuseCorrection', { request, papers: of('other') }, { actor: township }),
  };
};

const added: Given = {
  type: 'HouseholdMemberAdded',
  data: { person: newUuid(), name: '新', relation: '20', why: '1', papers: of('certificate') },
};
const moved: Given = {
  type: 'HouseholdRelocated',
  data: { from: PLACE, to: '433124110218', kind: 'move', papers: of('approval') },
};
const changed: Given = { type: 'HouseholdHeadChanged', data: { from: head, to: wife, papers: of('approval') } };
const helped: Given = {
  type: 'HelperAssigned',
  data: { helper: newUuid(), principal: true, unit: '局', papers: of('approval') },
};
const renamed = members.map((member) => ({ ...member, name: '改' }));

/** What stays, of which event, as which correction: named by its field. */
const kept: readonly (readonly [string, string, object, string, Given?])[] = [
  ['the status', 'HouseholdRegistered', { status: 'exited' }, 'status'],
  ['the status among other fields', 'HouseholdRegistered', { mainCause: '3', status: 'exited' }, 'status'],
  ['where it came from', 'HouseholdRegistered', { kind: 'legacy' }, 'kind'],
  ['what is not on record', 'HouseholdRegistered', { evidenceGaps: ['survey'] }, 'evidenceGaps'],
  ['the place', 'HouseholdRegistered', { area: '433124110218' }, 'area'],
  ['the place of the application', 'HouseholdApplicationSubmitted', { area: '433124110218' }, 'area'],
  ['where it moved', 'HouseholdRelocated', { to: '433124110239' }, 'to', moved],
  ['the head', 'HouseholdRegistered', { head: wife }, 'head'],
  ['who became head', 'HouseholdHeadChanged', { to: head }, 'to', changed],
  ['who applied', 'HouseholdApplicationSubmitted', { applicant: head }, 'applicant'],
  ['a member', 'HouseholdMemberAdded', { person: head }, 'person', added],
  ['who is head, by a relation', 'HouseholdMemberAdded', { relation: '01' }, 'relation', added],
  [
    'a member of the list',
    'HouseholdRegistered',
    { members: [members[0]!, { ...members[1]!, person: newUuid() }] },
    'members',
  ],
  ['the list by one', 'HouseholdRegistered', { members: [members[0]!] }, 'members'],
  [
    'the head of the list',
    'HouseholdRegistered',
    {
      members: [
        { ...members[0]!, relation: '10' },
        { ...members[1]!, relation: '01' },
      ],
    },
    'members',
  ],
  ['who helps', 'HelperAssigned', { helper: newUuid() }, 'helper', helped],
  ['what the notice was', 'PublicityOpened', { notice: newUuid() }, 'notice'],
  ['whether the vote was passed', 'DemocraticReviewHeld', { passed: false }, 'passed'],
  ['whether it was accepted', 'VillageVerificationCompleted', { accepted: false }, 'accepted'],
  ['what the township decided', 'TownshipReviewCompleted', { opinion: 'reject' }, 'opinion'],
  ['what the county decided', 'CountyReviewCompleted', { opinion: 'reject' }, 'opinion'],
];

describe('a correction', () => {
  it.each(
    kept.map(([what, corrects, replaces, field, more]) => [what, corrects, replaces, field, more ?? []] as const),
  )('never changes %s, also when it was asked for before', (_what, corrects, replaces, field, more) => {
    const one = correcting(corrects, replaces, [...history, ...[more].flat()]);
    one.asked.thenRejected('household/not-correctable', { type: corrects, field });
    one.recorded.thenRejected('household/not-correctable', { type: corrects, field });
    one.refused.then({ type: 'CorrectionRefused' });
  });

  it('is not corrected itself', () => {
    const data = { request, event: registration, corrects: 'HouseholdRegistered', replaces: { mainCause: '3' } };
    const corrected: Given = { type: 'CorrectionRecorded', data };
    correcting('CorrectionRecorded', { replaces: { status: 'exited' } }, [...history, corrected]).asked.thenRejected(
      'household/not-correctable',
      { type: 'CorrectionRecorded' },
    );
  });

  it.each<[string, string, object]>([
    ['what is known of its members', 'HouseholdRegistered', { members: renamed }],
    ['what is known of them in another order', 'HouseholdApplicationSubmitted', { members: [...renamed].reverse() }],
    ['its cause', 'HouseholdRegistered', { mainCause: '3' }],
    ['its number', 'HouseholdRegistered', { householdNo: '2' }],
    ['the papers of a step', 'HouseholdSurveyed', { papers: of('survey', 'other') }],
    ['a count of votes', 'DemocraticReviewHeld', { inFavour: 31 }],
  ])('says how a fact reads: %s', (_what, corrects, replaces) => {
    const one = correcting(corrects, replaces);
    one.asked.then({ type: 'CorrectionRequested', data: expect.objectContaining({ replaces }) as object });
    one.recorded.then({ type: 'CorrectionRecorded', data: expect.objectContaining({ replaces }) as object });
  });
});
