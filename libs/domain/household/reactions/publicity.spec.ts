import { noticeDecider } from '@domain/notice/notice';
import { newUuid } from '@kernel/format';
import { openedFact, specificationOf, SUBJECT, type Given } from '@kernel/sourcing/testing/specification';
import { publicity } from './when.notice-and-meeting';

const [one, two] = [newUuid(), newUuid()].sort() as [string, string];
const prepared = (kind: string): Given => ({
  type: 'NoticePrepared',
  data: { kind, area: '433124110226', households: [one, two], digest: 'a'.repeat(64) },
});
const FACTS = {
  NoticePosted: { days: 7, papers: [newUuid()] },
  NoticeClosed: { objections: 0, papers: [newUuid()] },
  NoticeInvalidated: { defect: 'too-short' },
} as const;

/** Commands that a fact of a notice of this kind carries into each household of its list. */
const carried = (kind: string, type: keyof typeof FACTS, posted = true): readonly string[] => {
  const fact: Given = { type, data: FACTS[type] };
  const { meta } = openedFact('notice', fact, 2);
  const hung: Given = { type: 'NoticePosted', data: FACTS.NoticePosted, validFrom: '2016-01-04' };
  const state = specificationOf(noticeDecider)(prepared(kind), ...(posted ? [hung] : []), fact).state() as never;
  const effects = publicity.on[type]?.(fact.data as never, meta, state, []) ?? [];
  expect(effects).toEqual(
    effects.length === 0
      ? []
      : [one, two].map((household, at) => ({
          target: `household-${household}`,
          command: effects[at]?.command,
          body: { notice: SUBJECT },
          ...(effects[at]?.despite && { despite: effects[at].despite }),
        })),
  );
  return [...new Set(effects.map(({ command }) => command))];
};

describe('a notice', () => {
  it.each([
    ['identification-1', 'OpenPublicity', 'ClosePublicity', 'InvalidatePublicity'],
    ['identification-2', 'OpenPublicity', 'ClosePublicity', 'InvalidatePublicity'],
    ['identification-announcement', 'AnnounceIdentification', undefined, undefined],
    ['exit-1', 'OpenExitPublicity', 'CloseExitPublicity', 'InvalidateExitPublicity'],
    ['exit-2', 'OpenExitPublicity', 'CloseExitPublicity', 'InvalidateExitPublicity'],
    ['exit-announcement', 'AnnounceExit', undefined, undefined],
    ['removal', undefined, undefined, undefined],
  ])('of the kind %s is carried into every household of its list', (kind, posted, closed, invalid) => {
    const just = (command: string | undefined) => (command === undefined ? [] : [command]);
    expect(carried(kind, 'NoticePosted')).toEqual(just(posted));
    expect(carried(kind, 'NoticeClosed')).toEqual(just(closed));
    expect(carried(kind, 'NoticeInvalidated')).toEqual(just(invalid));
  });

  it('that never hung is invalid for nobody', () => {
    expect(carried('identification-1', 'NoticeInvalidated', false)).toEqual([]);
  });
});
