import type { MeetingState } from '@domain/meeting/contract';
import type { Act } from '@kernel/sourcing';
import type { ReviewResult } from '../events/identification';

/** More than half of those present (recused relatives not counted), at a meeting that had its quorum. */
export const isPassed = ({ meeting, inFavour, recused }: ReviewResult, act: Act): boolean => {
  const { present } = act.referred<MeetingState>(meeting);
  return inFavour * 2 > present - recused;
};
