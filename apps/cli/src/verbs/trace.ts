import { accounts } from '@kernel/accounts';
import { householdEvents } from '@domain/household';
import { fieldHistory, resolve, TRACEABLE, type Basis, type FieldChange, type TracedEvent } from '@domain/inspection';
import { localDate } from '@kernel/sourcing';
import type { System } from '@system/system';
import { withSystem, type Context } from '../context';
import { columns, wrapped } from '../layout';
import { EXIT } from '../output';
import { namingOf, recordReading, type Naming } from '../people';
import { changeLine } from './shown';

export interface TraceArguments {
  readonly stream?: string;
  readonly household?: string;
  readonly field?: string;
  readonly actor?: string;
  readonly paper?: string;
  readonly hash?: string;
  readonly batch?: string;
  readonly rule?: string;
  readonly treeSize?: number;
  readonly limit?: number;
  readonly after?: string;
  readonly purpose?: string;
}

const QUESTIONS = ['stream', 'household', ...TRACEABLE] as const;

export const basisLine = ({ log, treeSize, root }: Basis): string =>
  `依据 basis  log ${log}  treeSize ${String(treeSize)}\n            root ${root}`;

const papersLines = (papers: readonly string[]): readonly string[] =>
  papers.length === 0 ? [] : wrapped(['材料', ...papers], 8);

const headLine = (
  { recordedAt, validFrom, type, actor }: Pick<TracedEvent, 'recordedAt' | 'validFrom' | 'type' | 'actor'>,
  [label, who]: readonly [label: string, who: Naming],
): string =>
  columns([
    [label, 6],
    [`${localDate(recordedAt)} 记录`, 15],
    [validFrom === undefined ? '' : `${validFrom} 发生`, 15],
    [type, 28],
    [who(actor), 26],
  ]);

const eventLines = (event: TracedEvent, who: Naming): readonly string[] => {
  const { index, stream, revision, area, reason, basis, via } = event;
  const more = [reason && `原因 ${reason}`, basis && `依据 ${basis}`].filter(
    (word) => word !== undefined && word !== '',
  );
  return [
    headLine(event, [`#${String(index)}`, who]),
    `        ${stream}  第 ${String(revision)} 条  ${area}  ${via}`,
    ...(more.length === 0 ? [] : wrapped(more as string[], 8)),
    ...papersLines(event.papers),
  ];
};

const changeLines = (change: FieldChange, who: Naming): readonly string[] => [
  headLine(change, [`r${String(change.revision)}`, who]),
  ...(change.requestedBy === undefined ? [] : [`        申请人 requested by ${who(change.requestedBy)}`]),
  ...change.changes.map(changeLine),
  ...papersLines(change.papers),
];

/** Answers "who did what, on which paper, by which rule, and what came of it". */
export const trace = (context: Context, given: TraceArguments): Promise<number> => {
  const asked = QUESTIONS.filter((what) => given[what] !== undefined);
  const [what] = asked;
  if (what === undefined || asked.length > 1) {
    process.stderr.write(`请只问一项 ask for exactly one of --${QUESTIONS.join(', --')}\n`);
    return Promise.resolve(EXIT.failed);
  }
  const value = given[what] ?? '';
  return withSystem(context, (system) =>
    what === 'household'
      ? traceFields(context, system, value, given)
      : traceEvents(context, system, { what, value, given }),
  );
};

const sizeOf = ({ treeSize }: TraceArguments) => (treeSize === undefined ? {} : { treeSize });

const traceFields = async (context: Context, system: System, id: string, given: TraceArguments): Promise<number> => {
  const facts = await system.histories.read(householdEvents, id);
  const basis = await system.tracing.basis(sizeOf(given).treeSize);
  const known = facts.slice(0, await system.tracing.revisionsAt(`household-${id}`, basis.treeSize));
  const items = fieldHistory(known, given.field, (card) => card);
  if (known.length > 0) await recordReading(system, 'trace-household', [id], given.purpose);
  const who = await namingOf(
    system,
    items.flatMap(({ actor, requestedBy }) => [actor, requestedBy ?? actor]),
  );
  const words = items.flatMap((item) => changeLines(item, who));
  context.output.answer({ household: id, field: given.field, items, basis }, [
    ...(words.length === 0 ? ['没有相关记录 nothing changed it'] : words),
    '',
    basisLine(basis),
  ]);
  return items.length === 0 ? EXIT.finding : EXIT.fine;
};

const traceEvents = async (
  context: Context,
  system: System,
  {
    what,
    value,
    given,
  }: { what: Exclude<(typeof QUESTIONS)[number], 'household'>; value: string; given: TraceArguments },
): Promise<number> => {
  const options = {
    ...sizeOf(given),
    ...(given.limit !== undefined && { limit: Math.min(given.limit, 500) }),
    ...(given.after !== undefined && { after: given.after }),
  };
  const found = what === 'stream' ? undefined : await resolve(system, what, await accountOf(system, what, value));
  const answer = found ? await system.tracing.find(found.wanted, options) : await system.tracing.record(value, options);
  const subjects = answer.items.map(({ stream }) => stream.slice(stream.indexOf('-') + 1));
  await recordReading(system, `trace-${what}`, [...new Set(subjects)], given.purpose);
  const who = await namingOf(
    system,
    answer.items.map(({ actor }) => actor),
  );
  const words = answer.items.flatMap((event) => eventLines(event, who));
  context.output.answer({ [what]: value, ...(found && { of: found.of }), ...answer }, [
    ...(words.length === 0 ? ['没有相关记录 nothing rests on it'] : words),
    '',
    ...(answer.next === undefined ? [] : [`还有 more: --after ${answer.next}`]),
    basisLine(answer.basis),
  ]);
  return answer.items.length === 0 ? EXIT.finding : EXIT.fine;
};

/** An actor may be named by login too. */
const accountOf = async (system: System, what: string, value: string): Promise<string> => {
  if (what !== 'actor') return value;
  const { items } = await system.models.find(accounts, { where: { account: value }, limit: 1 });
  return items[0]?.id ?? value;
};
