import { meetingEvents, type Vote } from '@domain/meeting/contract';
import { noticeEvents, type NoticeKind, type NoticeState } from '@domain/notice/contract';
import { defineProcess, type Effect } from '@kernel/sourcing';

const POSTED: Readonly<Partial<Record<NoticeKind, string>>> = {
  'identification-1': 'OpenPublicity',
  'identification-2': 'OpenPublicity',
  'identification-announcement': 'AnnounceIdentification',
  'exit-1': 'OpenExitPublicity',
  'exit-2': 'OpenExitPublicity',
  'exit-announcement': 'AnnounceExit',
};

const CLOSED: Readonly<Partial<Record<NoticeKind, string>>> = {
  'identification-1': 'ClosePublicity',
  'identification-2': 'ClosePublicity',
  'exit-1': 'CloseExitPublicity',
  'exit-2': 'CloseExitPublicity',
};

const INVALID: Readonly<Partial<Record<NoticeKind, string>>> = {
  'identification-1': 'InvalidatePublicity',
  'identification-2': 'InvalidatePublicity',
  'exit-1': 'InvalidateExitPublicity',
  'exit-2': 'InvalidateExitPublicity',
};

const each = (
  { kind, households }: NoticeState,
  commands: Readonly<Partial<Record<NoticeKind, string>>>,
  notice: string,
): readonly Effect[] => {
  const command = commands[kind];
  return command === undefined
    ? []
    : households.map((household) => ({ target: `household-${household}`, command, body: { notice } }));
};

/** One notice, an event in the stream of each household it lists. */
export const publicity = defineProcess({
  name: 'publicity',
  from: noticeEvents,
  on: {
    NoticePosted: (_, { subject }, notice: NoticeState) => each(notice, POSTED, subject),
    NoticeClosed: (_, { subject }, notice: NoticeState) => each(notice, CLOSED, subject),
    NoticeInvalidated: (_, { subject }, notice: NoticeState) => each(notice, INVALID, subject),
  },
});

const results = (votes: readonly Vote[], command: string, meeting: string): readonly Effect[] =>
  votes.map(({ household, ...vote }) => ({ target: `household-${household}`, command, body: { meeting, ...vote } }));

/** One meeting, a result in the stream of each household it voted on. */
export const appraisal = defineProcess({
  name: 'appraisal',
  from: meetingEvents,
  on: {
    ReviewsVoted: ({ votes }, { subject }) => results(votes, 'RecordDemocraticReview', subject),
    ExitsVoted: ({ votes }, { subject }) => results(votes, 'RecordExitReview', subject),
  },
});
