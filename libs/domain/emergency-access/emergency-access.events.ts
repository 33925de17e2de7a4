import { IsIn, IsOptional, IsString, Matches, MaxLength, MinLength } from 'class-validator';
import { Clear, defineEvents, IsId, Personal } from '@kernel/sourcing';

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;

/**
 * Somebody opened for themselves, for a time, what their post does not show; the reason's code stands in the metadata.
 */
export class GlassBroken {
  /** One household alone; absent = every household of the area. */
  @Clear('household') @IsOptional() @IsId() household?: string;
  @Clear('area') @Matches(/^\d{12}$/) area!: string;
  /** UTC instant at which it ends by itself. */
  @Clear() @Matches(INSTANT) until!: string;
  @Personal('remark') @IsString() @MinLength(2) @MaxLength(500) remark!: Personal<string>;
}

/** Another person looked at what was read through it, and found it justified or not. */
export class GlassReviewed {
  @Clear() @IsIn(['justified', 'unjustified']) finding!: 'justified' | 'unjustified';
  @Personal('remark') @IsString() @MinLength(2) @MaxLength(500) remark!: Personal<string>;
}

export const emergencyAccessEvents = defineEvents(
  'glass',
  { GlassBroken, GlassReviewed },
  {
    events: {
      GlassBroken: ['紧急查阅', 'Glass broken'],
      GlassReviewed: ['复核紧急查阅', 'Broken glass reviewed'],
    },
    fields: {
      household: ['户', 'Household'],
      area: ['区划', 'Area'],
      until: ['截止时间', 'Until'],
      remark: ['备注', 'Remark'],
      finding: ['复核结论', 'Finding of the review'],
    },
  },
);
