import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayMinSize, IsIn, IsInt, Matches, Max, Min, ValidateNested } from 'class-validator';
import { AtLevel, Clear, defineEvents, IsId } from '@kernel/sourcing';
import { EffectRefused, effectRefusedWords } from '@kernel/processes';

// region meeting-held
/** A meeting took place: its quorum is a matter of law (村民委员会组织法 21–28). */
export class MeetingHeld {
  @Clear('area') @AtLevel('village') @Matches(/^\d{12}$/) area!: string;
  /** `villagers` and `households` are the assembly (村民会议), counted by adults or by representatives of households. */
  @Clear()
  @IsIn(['villagers', 'households', 'representatives', 'group'])
  kind!: 'villagers' | 'households' | 'representatives' | 'group';
  @Clear() @IsInt() @Min(1) @Max(10_000) eligible!: number;
  @Clear() @IsInt() @Min(0) @Max(10_000) present!: number;
  @Clear() @IsInt() @Min(0) @Max(10_000) women!: number;
  @Clear('paper') @IsId({ each: true }) @ArrayMinSize(1) @ArrayMaxSize(50) papers!: readonly string[];
}
// endregion

/** The vote on one household; relatives who abstained by rule are `recused` and not counted. */
export class Vote {
  @Clear('household') @IsId() household!: string;
  @Clear() @IsInt() @Min(0) @Max(10_000) inFavour!: number;
  @Clear() @IsInt() @Min(0) @Max(10_000) against!: number;
  @Clear() @IsInt() @Min(0) @Max(10_000) abstained!: number;
  @Clear() @IsInt() @Min(0) @Max(10_000) recused!: number;
}

export class Votes {
  @Clear()
  @ArrayMinSize(1)
  @ArrayMaxSize(200)
  @ValidateNested({ each: true })
  @Type(() => Vote)
  votes!: readonly Vote[];
}

/** Democratic appraisal of applications, household by household. */
export class ReviewsVoted extends Votes {}

/** Democratic appraisal of exits, household by household. */
export class ExitsVoted extends Votes {}

// region meeting-words
export const meetingEvents = defineEvents(
  'meeting',
  { MeetingHeld, ReviewsVoted, ExitsVoted, EffectRefused },
  {
    events: {
      MeetingHeld: ['召开会议', 'Meeting held'],
      ReviewsVoted: ['评议表决', 'Votes on applications'],
      ExitsVoted: ['退出评议表决', 'Votes on exits'],
      ...effectRefusedWords.events,
    },
    fields: {
      area: ['区划', 'Area'],
      kind: ['类别', 'Kind'],
      eligible: ['应到人数', 'Eligible'],
      present: ['到会人数', 'Present'],
      women: ['妇女人数', 'Women'],
      papers: ['材料', 'Papers'],
      votes: ['表决', 'Votes'],
      household: ['户', 'Household'],
      inFavour: ['同意票', 'In favour'],
      against: ['反对票', 'Against'],
      abstained: ['弃权票', 'Abstained'],
      recused: ['回避', 'Recused'],
      ...effectRefusedWords.fields,
    },
  },
);
// endregion
