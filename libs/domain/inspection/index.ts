import type { EventTable, Feature } from '@kernel/sourcing';
import { procedureCases } from './compliance/procedure-cases.projection';
import { findings, inspectionDecider } from './inspection.decider';
import { inspectionEvents } from './inspection.events';
import { inspections } from './inspections.projection';
import { traceIndex } from './trace/trace-index.projection';

export { inspectionPosts } from './access';
export { blame, fieldHistory, type BlamedField, type EventReference, type FieldChange } from './blame/blame';
export { BREACHES, type Breach, type CaseSheet, type StepSheet } from './compliance/compliance.rules';
export { Compliance } from './compliance/compliance';
export { procedureCases, type ProcedureCase } from './compliance/procedure-cases.projection';
export { findingsCsv, reportOf, type ReportedFinding, type VillageReport } from './compliance/report';
export { STEP_LABELS } from './compliance/steps';
export { inspectionDecider } from './inspection.decider';
export { FindingSheet, inspections, type InspectionSheet } from './inspections.projection';
export { LogBasis, type Basis } from './trace/basis';
export { resolve, TRACEABLE } from './trace/questions';
export { TRACE_INDEX } from './trace/trace-index.projection';
export { Tracing, type TracedEvent, type TraceOptions } from './trace/tracing';

/** Inspections, what they find, and what they are answered by; `others` are the events of every other lib. */
export const inspectionFeature = (others: readonly EventTable[]): Feature => ({
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
});
