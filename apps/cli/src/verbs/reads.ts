import { readersOf, verifyReads, type ReaderLine, type ReadVerification } from '@kernel/read-log';
import { isUuid } from '@kernel/format';
import { verifyReadsIn } from '@system/verification';
import { viewWords } from '@system/words';
import { mustHoldLog, withSystem, type Context } from '../context';
import { EXIT } from '../output';
import { withVerdict } from '../verdict';
import { namingOf, recordReading, type Naming } from '../people';

export interface ReadersArguments {
  readonly household?: string;
  readonly person?: string;
  readonly from?: string;
  readonly to?: string;
  readonly purpose?: string;
}

const SHANGHAI = new Intl.DateTimeFormat('sv-SE', {
  timeZone: 'Asia/Shanghai',
  dateStyle: 'short',
  timeStyle: 'short',
});
const local = (instant: string): string => SHANGHAI.format(new Date(instant));

const lineOf = (
  name: Naming,
  { actor, times, throughGlass, first, last, purposes, views }: ReaderLine,
  index: number,
) => [
  `${String(index + 1).padStart(3)}. ${throughGlass > 0 ? '【紧急查阅】' : ''}${name(actor)}  共 ${String(times)} ` +
    `次${throughGlass > 0 ? `(其中紧急查阅 ${String(throughGlass)} 次)` : ''}`,
  `     首次 ${local(first)}  最近 ${local(last)}`,
  `     查阅内容:${Object.entries(views)
    .map(([view, count]) => `${viewWords(view)?.[0] ?? view} ${String(count)} 次`)
    .join('、')}`,
  `     查阅目的:${purposes.map((purpose) => (purpose === 'work' ? '日常工作' : purpose)).join('、')}`,
];

const sheetOf = (whom: string, lines: readonly ReaderLine[], name: Naming, printed: string): readonly string[] => [
  '                    个人信息查阅情况告知单',
  '',
  whom,
  `打印时间:${local(printed)}(北京时间)`,
  `查阅人数:${String(lines.length)}    查阅次数:${String(lines.reduce((sum, { times }) => sum + times, 0))}`,
  '────────────────────────────────────────────────────────',
  ...(lines.length === 0 ? ['  没有查阅记录。'] : lines.flatMap((line, index) => lineOf(name, line, index))),
  '────────────────────────────────────────────────────────',
  '查阅记录按日封存,封存值载入事件日志,任何改动可以查出(verify reads)。',
  '如对查阅有疑问,可凭本单向县级主管部门或检查人员提出。',
];

/** Who looked at a household or a person: a sheet that is handed to whom it concerns. */
export const readers = (context: Context, options: ReadersArguments): Promise<number> => {
  const { household, person, from, to, purpose } = options;
  const subject = household ?? person ?? '';
  if (!isUuid(subject))
    throw new Error('请给出 --household 或 --person 的编号 give the id of a --household or a --person');
  mustHoldLog(context.settings);
  return withSystem(context, async (system) => {
    const days = { ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
    const lines = await readersOf(system.reads, { subjects: [subject], ...days });
    const name = await namingOf(
      system,
      lines.map(({ actor }) => actor),
    );
    await recordReading(system, 'readers', [subject], purpose);
    const whom = household === undefined ? `人员编号:${subject}` : `户编号(系统):${subject}`;
    context.output.answer({ subject, readers: lines }, sheetOf(whom, lines, name, system.clock.now()));
    return EXIT.fine;
  });
};

const wordsOf = ({
  sound,
  segments,
  records,
  sealed,
  destroyedThrough,
  damages,
}: ReadVerification): readonly string[] => [
  `${sound ? '完好 sound' : '发现损坏 DAMAGED'}: ${String(records)} 条查阅记录 reads, ${String(segments)} 天 days, 已封存 ` +
    `sealed ${String(sealed)}`,
  ...(destroyedThrough === undefined ? [] : [`  ${destroyedThrough} 及以前的已按期销毁 destroyed after their term`]),
  ...damages.map(({ kind, id, detail }) => `  ${kind}  ${id}  ${detail}`),
];

/**
 * Recomputes the read log against the seals in the log of events; exit 0 sound, 1 damaged, 2 not verified. Needs no
 * keys.
 */
export const verifyReadLog = (context: Context): Promise<number> =>
  withVerdict(context, async () => {
    const { settings, output } = context;
    mustHoldLog(settings);
    const bar = output.progress('verify reads');
    const verified = settings.engines
      ? withSystem(context, (system) => verifyReads(system, bar.to))
      : verifyReadsIn(settings, bar.to);
    const result = await verified.finally(() => {
      bar.end();
    });
    output.answer(result, wordsOf(result));
    return result.sound ? EXIT.fine : EXIT.finding;
  });
