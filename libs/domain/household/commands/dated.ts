import { IsIn, IsOptional } from 'class-validator';
import { Clear, IsCivilDate } from '@kernel/sourcing';

const LATE = ['paper-late', 'network', 'dispute', 'collected-together', 'other'];

/** Civil date of the act (发生日期), as precise as known; it becomes `validFrom` of the event. */
export const On = () => (prototype: { on: string }, key: 'on') => {
  Clear()(prototype, key);
  IsCivilDate()(prototype, key);
};

/** Why the act is recorded late (补录); demanded beyond the days of `backdate.days`. */
export const Late = () => (prototype: { lateReason?: string }, key: 'lateReason') => {
  Clear()(prototype, key);
  IsOptional()(prototype, key);
  IsIn(LATE)(prototype, key);
};

export interface Dated {
  readonly on: string;
  readonly lateReason?: string;
}
