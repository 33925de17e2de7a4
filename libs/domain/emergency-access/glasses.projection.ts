import { Clear, defineProjection, Personal } from '@kernel/sourcing';
import { emergencyAccessEvents } from './emergency-access.events';

/** A broken glass: what it opened to whom and until when, and what its review found. */
export class GlassSheet {
  @Clear('record') id!: string;
  @Clear('account') account!: string;
  @Clear('post') post?: string;
  @Clear('household') household?: string;
  @Clear('area') area!: string;
  @Clear() reason!: string;
  @Clear() brokenAt!: string;
  @Clear() until!: string;
  /** `unreviewed` is work for another person. */
  @Clear() status!: 'unreviewed' | 'justified' | 'unjustified';
  @Clear('account') reviewedBy?: string;
  @Clear() reviewedAt?: string;
  @Personal('remark') remark!: Personal<string>;
  @Personal('remark') reviewRemark?: Personal<string>;
}

export const glasses = defineProjection<GlassSheet>()({
  name: 'glasses',
  version: 1,
  from: emergencyAccessEvents,
  indexes: ['account', 'area', 'status', 'until', 'brokenAt'],
  opens: ['remark'],
  on: {
    GlassBroken: (_, fact, { subject, actor, post, reason = '', recordedAt }) => ({
      ...fact,
      id: subject,
      account: actor,
      reason,
      brokenAt: recordedAt,
      status: 'unreviewed',
      ...(post !== undefined && { post }),
    }),
    GlassReviewed: (sheet, { finding, remark }, { actor, recordedAt }) =>
      sheet && { ...sheet, status: finding, reviewedBy: actor, reviewedAt: recordedAt, reviewRemark: remark },
  },
});
