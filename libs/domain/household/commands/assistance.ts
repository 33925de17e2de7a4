import * as events from '../events/assistance';
import { Late, On } from './dated';

export class AssignHelper extends events.HelperAssigned {
  @On() on!: string;
  @Late() lateReason?: string;
}
export class ReleaseHelper extends events.HelperReleased {
  @On() on!: string;
}
export class AdoptAssistancePlan extends events.AssistancePlanAdopted {
  @On() on!: string;
  @Late() lateReason?: string;
}
export class StartMeasure extends events.MeasureStarted {
  @On() on!: string;
  @Late() lateReason?: string;
}
export class CompleteMeasure extends events.MeasureCompleted {
  @On() on!: string;
  @Late() lateReason?: string;
}
export class CancelMeasure extends events.MeasureCancelled {
  @On() on!: string;
}
export class RecordVisit extends events.VisitRecorded {
  @On() on!: string;
  @Late() lateReason?: string;
}
export class DisburseFunds extends events.FundsDisbursed {
  @On() on!: string;
  @Late() lateReason?: string;
}
export class SuspendAssistance extends events.AssistanceSuspended {
  @On() on!: string;
}
export class ResumeAssistance extends events.AssistanceResumed {
  @On() on!: string;
}
export class TerminateAssistance extends events.AssistanceTerminated {
  @On() on!: string;
}
