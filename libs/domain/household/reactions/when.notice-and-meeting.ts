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

/** The household has left the round: withdrawn, abandoned, out of the file, or never in it. */
const LEFT = [
  'household/step-missing',
  'household/notice-mismatch',
  'household/consent-refused',
  'household/closed',
] as const;
/** A suspended case takes the end of its round by hand when it is resumed. */
const OUT = [...LEFT, 'household/suspended'] as const;

interface Carried {
  readonly notice: string;
  readonly despite?: readonly string[];
}

const each = (
  { kind, households }: NoticeState,
  commands: Readonly<Partial<Record<NoticeKind, string>>>,
  { notice, ...despite }: Carried,
): readonly Effect[] => {
  const command = commands[kind];
  return command === undefined
    ? []
    : households.map((household) => ({ target: `household-${household}`, command, body: { notice }, ...despite }));
};

/** One notice, an event in the stream of each household it lists. */
export const publicity = defineProcess({
  name: 'publicity',
  from: noticeEvents,
  on: {
    NoticePosted: (_, { subject }, notice: NoticeState) => each(notice, POSTED, { notice: subject }),
    NoticeClosed: (_, { subject }, notice: NoticeState) => each(notice, CLOSED, { notice: subject, despite: OUT }),
    NoticeInvalidated: (_, { subject }, notice: NoticeState) =>
      notice.posted === '' ? [] : each(notice, INVALID, { notice: subject, despite: LEFT }),
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
