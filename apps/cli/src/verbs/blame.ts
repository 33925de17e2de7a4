import { householdEvents } from '@domain/household';
import { blame as blameOf, type BlamedField, type EventReference } from '@domain/inspection';
import type { Moment } from '@kernel/read-models';
import { localDate } from '@kernel/sourcing';
import { withSystem, type Context } from '../context';
import { columns, wrapped } from '../layout';
import { EXIT } from '../output';
import { namingOf, recordReading, type Naming } from '../people';
import { shownValue } from './shown';
import { basisLine } from './trace';

const ID = /\[([0-9a-f-]{36})\]/;

/** `people[<id>].name` → `people[1].name`, with the ids told once below. */
const shortened = (fields: readonly BlamedField[]) => {
  const ids = [...new Set(fields.flatMap(({ field }) => ID.exec(field)?.[1] ?? []))];
  return {
    ids,
    short: (field: string) => field.replace(ID, (_, id: string) => `[${String(ids.indexOf(id) + 1)}]`),
  };
};

const fieldLine = ({ value, set, confirmed, field }: BlamedField, name: string, who: Naming): string =>
  columns([
    [name, 22],
    [shownValue(field, value).replaceAll('"', ''), 22],
    [`r${String(set.revision)}${confirmed ? ` =r${String(confirmed.revision)}` : ''}`, 8],
    [localDate(set.recordedAt), 10],
    [who(set.actor), 30],
  ]);

const eventLines = (event: EventReference, who: Naming): readonly string[] => [
  columns([
    [`r${String(event.revision)}`, 5],
    [event.type, 30],
    [`${localDate(event.recordedAt)} 记录`, 15],
    [event.validFrom === undefined ? '' : `${event.validFrom} 发生`, 15],
    [who(event.actor), 26],
  ]),
  ...(event.requestedBy === undefined ? [] : [`       申请人 requested by ${who(event.requestedBy)}`]),
  ...(event.papers.length === 0 ? [] : wrapped(['材料', ...event.papers], 7)),
  `       h ${event.h}`,
];

export interface BlameOptions extends Moment {
  readonly treeSize?: number;
  readonly purpose?: string;
}

/** Prints the card, and for every field the event that set it last. */
export const blameVerb = (
  context: Context,
  household: string,
  { treeSize, purpose, ...moment }: BlameOptions,
): Promise<number> =>
  withSystem(context, async (system) => {
    const facts = await system.histories.read(householdEvents, household);
    const basis = await system.tracing.basis(treeSize);
    const known = facts.slice(0, await system.tracing.revisionsAt(`household-${household}`, basis.treeSize));
    const fields = blameOf(known, moment, (card) => card);
    if (fields.length === 0) {
      process.stderr.write(`没有这一户,或该时点尚无记录 no such household, or nothing was known then: ${household}\n`);
      return EXIT.finding;
    }
    await recordReading(system, 'household-blame', [household], purpose);
    const events = new Map(
      fields
        .flatMap(({ set, confirmed }) => [set, ...(confirmed ? [confirmed] : [])])
        .map((one) => [one.revision, one]),
    );
    const ordered = [...events.values()].sort((a, b) => a.revision - b.revision);
    const who = await namingOf(
      system,
      ordered.flatMap(({ actor, requestedBy }) => [actor, requestedBy ?? actor]),
    );
    const { ids, short } = shortened(fields);
    context.output.answer({ household, ...moment, fields, basis }, [
      columns([
        ['栏目 field', 22],
        ['值 value', 22],
        ['事件', 8],
        ['记录', 10],
        ['经办 by', 30],
      ]),
      ...fields.map((field) => fieldLine(field, short(field.field), who)),
      '',
      ...ids.map((id, index) => `[${String(index + 1)}] ${id}`),
      '',
      ...ordered.flatMap((event) => eventLines(event, who)),
      '',
      basisLine(basis),
    ]);
    return EXIT.fine;
  });
