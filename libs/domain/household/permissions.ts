import type { HouseholdCommands } from './household.commands';

const V = 'village';
const T = 'township';
const C = 'county';
const H = 'helper';
const L = 'leading-group';
const S = 'system';
const N = 'inspector';

/** Who may record what: a permission is a command type. */
export const householdPermissions: Readonly<Record<Exclude<keyof HouseholdCommands, 'RecordEffectRefused'>, readonly string[]>> = {
  SubmitHouseholdApplication: [V], WithdrawHouseholdApplication: [V], SignCheckAuthorisation: [V], SurveyHousehold: [V, T], AssessIncome: [V, T],
  RecordDemocraticReview: [V], CompleteVillageVerification: [V], OpenPublicity: [V, T], ClosePublicity: [V, T], InvalidatePublicity: [T, C],
  RaisePublicityObjection: [V, T], ResolvePublicityObjection: [T, C], CompleteTownshipReview: [T], CompleteCountyReview: [C],
  AnnounceIdentification: [C, V], TellIdentificationRejected: [V, T, C], SuspendCase: [T, C], ReturnCase: [T, C], ReinstateHousehold: [C], ResumeCase: [T, C], RegisterHousehold: [T],
  RegisterLegacyHousehold: [C, S], IssueHandbook: [T], PerformSpotCheck: [C],
  ReviseHouseholdProfile: [V, T], AddHouseholdMember: [V, T], RemoveHouseholdMember: [V, T], ChangeHouseholdHead: [T], RelocateHousehold: [T, C],
  CancelHousehold: [C], RemoveMisidentified: [C], LinkRecord: [T, C, S, N], RequestCorrection: [V, T], RecordCorrection: [T, C], RefuseCorrection: [T, C],
  ReleaseMembers: [T, C], ReceiveMembers: [T, C],
  AssignHelper: [C], ReleaseHelper: [C], AdoptAssistancePlan: [H, V], StartMeasure: [H, T], CompleteMeasure: [H, T], CancelMeasure: [H, T],
  RecordVisit: [H, V], DisburseFunds: [C, T], SuspendAssistance: [T], ResumeAssistance: [T], TerminateAssistance: [T],
  PlanExit: [V, C], MarkPreExit: [C], SurveyExit: [V, T], RecordExitReview: [V], VerifyExit: [V], GiveExitConsent: [V], RefuseExitConsent: [V],
  OpenExitPublicity: [V, T], CloseExitPublicity: [V, T], InvalidateExitPublicity: [T, C], RaiseExitObjection: [V, T], ResolveExitObjection: [T, C],
  ReviewExitInTownship: [T], ApproveExitInCounty: [L], AnnounceExit: [C, V], ExitHousehold: [C],
  DeliverExitNotice: [V], ReturnExitCase: [T, C], AbandonExitCase: [C], RevokeExit: [L], RelapseHousehold: [L], RecordPostExitFollowUp: [H, V],
}; // prettier-ignore
