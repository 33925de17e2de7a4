import { CODE_LISTS } from '@domain/code-lists/contract';
import { schemaOf, type JsonSchema, type Words, type WordsFor } from '@kernel/sourcing';
import { eventTables, features } from '@system/features';
import { eventWords, fieldsByName, fieldWords, listsByField, viewWords } from '@system/words';
import { saidOf } from '../support/compiled';

const EVENTS = `Paid: ['付款', 'Paid'], Refunded: ['退款', 'Refunded']`;
const FIELDS = `on: ['日期', 'On'], lines: ['明细', 'Lines'], fen: ['金额', 'Fen']`;

const table = (words: string): string => `
  import { Clear, defineEvents, type Personal } from '@kernel/sourcing';
  class Line { fen!: number }
  class Paid { @Clear() on!: string; lines?: Personal<readonly Line[]> }
  class Refunded {}
  export const events = defineEvents('purse', { Paid, Refunded }${words});`;
const events = (named: string): string => table(`, { events: { ${named} }, fields: { ${FIELDS} } }`);
const fields = (named: string): string => table(`, { events: { ${EVENTS} }, fields: { ${named} } }`);
const list = (named: string): string => `
  import type { CodeList } from '@domain/code-lists/contract';
  export const LISTS = { sex: { ${named} } } satisfies Record<string, CodeList>;`;
const stages = (named: string): string => `
  import type { WordsFor } from '@kernel/sourcing';
  export const WORDS: WordsFor<'open' | 'closed'> = { ${named} };`;
const refusal = (words: string): string => `
  import { defineRejections } from '@kernel/sourcing';
  export const refuse = defineRejections({ 'purse/empty': { ${words} } });`;
const commands = (named: string): string => `
  import { defineCommands, type WordsFor } from '@kernel/sourcing';
  import type { FieldIn } from '@kernel/sourcing/words';
  class Pay { on!: string }
  const { classes } = defineCommands({ Pay });
  export const WORDS: WordsFor<FieldIn<typeof classes>> = { ${named} };`;
const view = (name: string): string => `
  import type { ViewName } from '@system/features';
  export const VIEW: ViewName = '${name}';`;

const COMPLETE: readonly (readonly [what: string, piece: string])[] = [
  ['events', events(EVENTS)],
  ['a field that means something else in one event', fields(`${FIELDS}, 'Paid.fen': ['付款额', 'Paid']`)],
  ['a code list', list(`zh: '性别', en: 'Sex', entries: { 1: ['男', 'Male'] }`)],
  ['stages', stages(`open: ['办理中', 'Open'], closed: ['已结束', 'Closed']`)],
  ['a refusal', refusal(`zh: ['空', '请充值'], en: ['Empty', 'Fill it']`)],
  ['the fields of commands', commands(`on: ['日期', 'On']`)],
  ['a view', view('household-card')],
];

const HALF = /Source has 1 element\(s\) but target requires 2|'\[string\]' is not assignable to type 'Words'/;

const LACKING: readonly (readonly [what: string, piece: string, says: RegExp])[] = [
  ['events without any words', table(''), /Expected 3-4 arguments, but got 2/],
  ['an event without a label', events(`Paid: ['付款', 'Paid']`), /'Refunded' is missing/],
  ['an event without its English label', events(`Paid: ['付款', 'Paid'], Refunded: ['退款']`), HALF],
  ['a label of no event', events(`${EVENTS}, Stolen: ['失窃', 'Stolen']`), /'Stolen' does not exist/],
  ['a field without a label', fields(`lines: ['明细', 'Lines'], fen: ['金额', 'Fen']`), /'on' is missing/],
  ['a nested field without a label', fields(`on: ['日期', 'On'], lines: ['明细', 'Lines']`), /'fen' is missing/],
  ['a field without its English label', fields(FIELDS.replace(`, 'On'`, '')), HALF],
  ['a label of no field', fields(`${FIELDS}, odd: ['奇', 'Odd']`), /'odd' does not exist/],
  [
    'a label of another event’s field',
    fields(`${FIELDS}, 'Refunded.on': ['日', 'On']`),
    /'Refunded.on'' does not exist/,
  ],
  ['a code without its English label', list(`zh: '性别', en: 'Sex', entries: { 1: ['男'] }`), HALF],
  ['a code without a label', list(`zh: '性别', en: 'Sex', entries: { 1: [] }`), /requires 2/],
  ['a code list without its English name', list(`zh: '性别', entries: { 1: ['男', 'Male'] }`), /'en' is missing/],
  ['a stage without a label', stages(`open: ['办理中', 'Open']`), /'closed' is missing/],
  ['a stage without its English label', stages(`open: ['办理中', 'Open'], closed: ['已结束']`), HALF],
  ['a refusal without English words', refusal(`zh: ['空', '请充值']`), /'en' is missing/],
  ['a field of a command without a label', commands(''), /'on' is missing/],
  ['a view that has no label', view('household-secret'), /'"household-secret"' is not assignable/],
];

describe('to the compiler', () => {
  let said: ReadonlyMap<string, string> = new Map();
  beforeAll(() => {
    said = saidOf([...COMPLETE, ...LACKING].map(([, piece]) => piece));
  }, 120_000);

  it.each(COMPLETE)('%s with all words is right', (_what, piece) => {
    expect(said.get(piece)).toBe('');
  });

  it.each(LACKING)('%s is an error', (_what, piece, says) => {
    expect(said.get(piece)).toMatch(says);
  });
});

const fieldsOf = ({ properties = {} }: JsonSchema): readonly string[] =>
  Object.entries(properties).flatMap(([field, { items, ...of }]) => [field, ...fieldsOf(items ?? of)]);

const all: readonly WordsFor<string>[] = [
  ...eventTables.flatMap(({ words }) => [words.events, words.fields]),
  ...Object.values(CODE_LISTS).map(({ entries }) => entries),
  ...features.flatMap(({ views = {}, stages = {} }) => [views, ...Object.values(stages)]),
];

describe('the words of this system', () => {
  it('are Chinese and English, none empty', () => {
    const wrong = all
      .flatMap((words) => Object.entries(words))
      .filter(([, [zh, en]]) => zh.trim() === '' || en.trim() === '' || /\p{Script=Han}/u.test(en));
    expect(wrong).toEqual([]);
  });

  it('name every event, and every field that it holds', () => {
    const types = eventTables.flatMap(({ classes }) => Object.entries(classes));
    const unnamed = types.flatMap(([type, owner]) => [
      ...(eventWords(type) ? [] : [type]),
      ...fieldsOf(schemaOf(owner)).filter((field) => !fieldWords(type, field)),
    ]);
    expect(types.length).toBeGreaterThan(100);
    expect(unnamed).toEqual([]);
  });

  it('are those of the event where events mean different things, and the household’s own where none is named', () => {
    expect([fieldWords('PaperReceived', 'name'), fieldsByName['name']]).toEqual([
      ['文件名', 'Name of the file'],
      ['姓名', 'Name'],
    ] satisfies Words[]);
    expect([fieldWords('HeadsSealed', 'root'), fieldWords('LogVerified', 'root')]).toEqual([
      ['流头根', 'Root of the heads'],
      ['账本根', 'Root of the ledger'],
    ] satisfies Words[]);
  });

  it('say of a code by its field alone only where that is of one list everywhere', () => {
    expect([...listsByField()]).toContainEqual(['otherCauses', 'cause']);
    expect([...listsByField()]).toContainEqual(['relation', 'relation']);
    expect(['kind', 'why', 'cause'].filter((field) => listsByField().has(field))).toEqual([]);
  });

  it('are none for what nobody declared', () => {
    expect([eventWords('Nothing'), fieldWords('MeetingHeld', 'nothing'), viewWords('nothing')]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});
