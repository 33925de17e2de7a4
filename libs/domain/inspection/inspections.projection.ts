import { Clear, defineProjection, Personal } from '@kernel/sourcing';
import { Type } from 'class-transformer';
import type { FindingState } from './inspection.decider';
import { inspectionEvents } from './inspection.events';

/** One finding and what became of it. */
export class FindingSheet {
  @Clear('finding') finding!: string;
  @Clear('household') household?: string;
  @Clear() step?: string;
  @Clear() rule!: string;
  @Clear() severity!: string;
  @Clear('event') events!: readonly string[];
  @Clear('account') raisedBy!: string;
  @Clear() raisedAt!: string;
  @Clear() state!: FindingState;
  /** Papers with which the office answered. */
  @Clear('paper') rebuttal!: readonly string[];
  @Personal('remark') words?: Personal<string>;
}

/** An inspection with its scope, its period and what it found. */
export class InspectionSheet {
  @Clear('inspection') id!: string;
  @Clear() kind!: string;
  @Clear() body!: string;
  @Clear('area') area!: string;
  @Clear('household') households?: readonly string[];
  @Clear() digest?: string;
  @Clear('account') inspectors!: readonly string[];
  @Clear('paper') papers!: readonly string[];
  @Clear() from!: string;
  @Clear() to!: string;
  /** `open` or `closed`; an open one whose period is over gives no access. */
  @Clear() status!: 'open' | 'closed';
  @Clear('account') openedBy!: string;
  @Clear() @Type(() => FindingSheet) findings!: readonly FindingSheet[];
}

const finding = (
  sheet: InspectionSheet | undefined,
  id: string,
  change: Partial<FindingSheet>,
): InspectionSheet | undefined =>
  sheet && { ...sheet, findings: sheet.findings.map((one) => (one.finding === id ? { ...one, ...change } : one)) };

export const inspections = defineProjection<InspectionSheet>()({
  name: 'inspections',
  version: 1,
  from: inspectionEvents,
  indexes: ['area', 'status', 'inspectors[]'],
  opens: ['remark'],
  on: {
    InspectionOpened: (_, fact, { subject, actor, validFrom = '', validTo = '' }) => ({
      ...fact,
      id: subject,
      from: validFrom,
      to: validTo,
      status: 'open',
      openedBy: actor,
      findings: [],
    }),
    InspectionClosed: (sheet) => sheet && { ...sheet, status: 'closed' },
    InspectionFindingRaised: (sheet, { events = [], ...fact }, { actor, recordedAt }) => {
      const raised: FindingSheet = {
        ...fact,
        events,
        raisedBy: actor,
        raisedAt: recordedAt,
        state: 'raised',
        rebuttal: [],
      };
      return sheet && { ...sheet, findings: [...sheet.findings, raised] };
    },
    RebuttalSubmitted: (sheet, { finding: id, papers }) => finding(sheet, id, { state: 'rebutted', rebuttal: papers }),
    FindingConfirmed: (sheet, { finding: id }) => finding(sheet, id, { state: 'confirmed' }),
    FindingWithdrawn: (sheet, { finding: id }) => finding(sheet, id, { state: 'withdrawn' }),
  },
});
