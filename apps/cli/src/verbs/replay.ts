import { DERIVED_FIELDS, HouseholdCard, householdCard, householdEvents } from '@domain/household';
import {
  changesBetween,
  foldDocument,
  knownFacts,
  stepsOf,
  type Change,
  type Moment,
  type Step,
} from '@kernel/read-models';
import { localDate } from '@kernel/sourcing';
import { eventWords } from '@system/words';
import { mustHoldLog, withSystem, type Context } from '../context';
import { EXIT } from '../output';
import { recordReading } from '../people';
import { changeLine } from './shown';

const visible = ({ field }: Change): boolean => !DERIVED_FIELDS.has(field.split('.')[0] ?? '');

const stepLines = ({ fact: { meta, data }, before, after }: Step): readonly string[] => {
  const { papers = [] } = data as { papers?: readonly string[] };
  const happened = meta.validFrom === undefined ? '' : `  发生 ${meta.validFrom}`;
  return [
    `${String(meta.revision).padStart(4)}  ${localDate(meta.recordedAt)} 记录${happened}  ` +
      `${eventWords(meta.type)?.[0] ?? ''} ${meta.type}${meta.reason === undefined ? '' : ` (${meta.reason})`}`,
    `        经办 ${meta.actor}  ${meta.via}  ${papers.length === 0 ? '' : `材料 ${papers.join(' ')}`}`,
    ...changesBetween(before, after).filter(visible).map(changeLine),
    `        h ${meta.h}`,
  ];
};

/** Prints the life of a household step by step, and its card at the moment asked for. */
export const replay = async (
  context: Context,
  household: string,
  { purpose, ...moment }: Moment & { readonly purpose?: string },
): Promise<number> => {
  mustHoldLog(context.settings);
  return withSystem(context, async (system) => {
    const facts = await system.histories.read(householdEvents, household);
    if (facts.length === 0) {
      process.stderr.write(`没有这一户 no such household: ${household}\n`);
      return EXIT.finding;
    }
    const known = facts.filter(({ meta }) => moment.knownAt === undefined || meta.recordedAt <= moment.knownAt);
    const card = foldDocument<HouseholdCard>(householdCard, knownFacts(facts, moment));
    const steps = stepsOf(householdCard, known);
    const items = steps.map(({ fact, before, after }) => ({
      ...fact.meta,
      changes: changesBetween(before, after).filter(visible),
    }));
    const summary = card
      ? [`状态 status ${card.status}  识别 ${card.stage}  退出 ${card.exitStage}  人口 ${String(card.members)}`]
      : ['该时点尚无记录 nothing was known then'];
    const state = [
      moment.asOf && `业务时点 as of ${moment.asOf}`,
      moment.knownAt && `记录时点 known at ${moment.knownAt}`,
    ]
      .filter(Boolean)
      .join('  ');
    await recordReading(
      system,
      'household-history',
      [household, ...(card?.people ?? []).map(({ person }) => person)],
      purpose,
    );
    context.output.answer({ household, items, card }, [
      ...steps.flatMap(stepLines),
      '',
      state || '现在 now',
      ...summary,
    ]);
    return EXIT.fine;
  });
};
