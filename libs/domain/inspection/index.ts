import type { EventTable, Feature, Words, WordsFor } from '@kernel/sourcing';
import { procedureCases } from './compliance/procedure-cases.projection';
import { KIND_WORDS, STEP_WORDS } from './compliance/steps';
import { findings, inspectionDecider } from './inspection.decider';
import { inspectionEvents } from './inspection.events';
import { inspections } from './inspections.projection';
import {
  FINDING_STATE_WORDS,
  INSPECTION_KIND_WORDS,
  INSPECTION_STATUS_WORDS,
  OUTCOME_WORDS,
  RULE_WORDS,
  SEVERITY_WORDS,
  STANDING_WORDS,
} from './stage-words';
import type { Traceable } from './trace/questions';
import { traceIndex } from './trace/trace-index.projection';

export { InspectionGrants } from './access';
export { InspectionModule } from './inspection.module';
export { blame, fieldHistory, type BlamedField, type EventReference, type FieldChange } from './blame/blame';
export { BREACHES, type CaseSheet, type StepSheet } from './compliance/compliance.rules';
export { Compliance } from './compliance/compliance';
export { procedureCases } from './compliance/procedure-cases.projection';
export { findingsCsv, reportOf, type ReportedFinding, type VillageReport } from './compliance/report';
export { KIND_WORDS, STEP_WORDS } from './compliance/steps';
export { BREACH_WORDS, STANDING_WORDS } from './stage-words';
export { LogBasis, type Basis } from './trace/basis';
export { speaksOfOthers } from './trace/paper-scope';
export { resolve, TRACEABLE } from './trace/questions';
export { TRACE_INDEX } from './trace/trace-index.projection';
export { Tracing, type TracedEvent } from './trace/tracing';

const TRACED: Words = ['事件追溯', 'Trace of events'];

const traces: WordsFor<`trace-${Traceable | 'household' | 'stream'}`> = {
  'trace-household': ['变动追溯', 'Trace of a household'],
  'trace-stream': TRACED,
  'trace-actor': TRACED,
  'trace-paper': TRACED,
  'trace-hash': TRACED,
  'trace-batch': TRACED,
  'trace-rule': TRACED,
};

const views = {
  ...traces,
  inspection: ['检查记录', 'Inspection'],
  'household-blame': ['逐项来源', 'Source of each field'],
  compliance: ['程序合规统计', 'Procedures of an area'],
  'compliance-cases': ['程序合规核查', 'Procedures of a household'],
} satisfies WordsFor<string>;

const stages = {
  'inspection.kind': INSPECTION_KIND_WORDS,
  'inspection.status': INSPECTION_STATUS_WORDS,
  'finding.rule': RULE_WORDS,
  'finding.severity': SEVERITY_WORDS,
  'finding.state': FINDING_STATE_WORDS,
  'case.kind': KIND_WORDS,
  'case.step': STEP_WORDS,
  'case.standing': STANDING_WORDS,
  'case.outcome': OUTCOME_WORDS,
};

/** Inspections, what they find, and what they are answered by; `others` are the events of every other lib. */
export const inspectionFeature = (others: readonly EventTable[]) =>
  ({
    deciders: [inspectionDecider],
    projections: [inspections, procedureCases, traceIndex([...others, inspectionEvents])],
    processes: [findings],
    permissions: {
      OpenInspection: ['admin'],
      CloseInspection: ['inspector'],
      RaiseInspectionFinding: ['inspector'],
      SubmitRebuttal: ['township', 'county'],
      ConfirmFinding: ['inspector'],
      WithdrawFinding: ['inspector'],
    },
    views,
    stages,
  }) satisfies Feature;
