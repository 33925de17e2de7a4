import { ArrayMaxSize, ArrayMinSize, IsInt, IsOptional, Matches, Max, Min } from 'class-validator';
import { Clear, defineEvents, IsDay } from '@kernel/sourcing';

/**
 * One day of the read log was closed and counted. Since the day sealed before it, nobody's reading was recorded on any
 * other.
 */
export class ReadLogSealed {
  /** Civil day of Asia/Shanghai. */
  @Clear() @IsDay() day!: string;
  @Clear() @IsInt() @Min(1) count!: number;
  /** RFC 6962 root over the canonical texts of the day's records, in order. */
  @Clear() @Matches(/^[0-9a-f]{64}$/) root!: string;
  /** The day sealed before; absent for the first. */
  @Clear() @IsOptional() @IsDay() previous?: string;
  /** Records that were missing or changed already when the day was sealed, by index; the first hundred. */
  @Clear()
  @IsOptional()
  @ArrayMinSize(1)
  @ArrayMaxSize(100)
  @IsInt({ each: true })
  @Min(0, { each: true })
  broken?: readonly number[];
}

/** The records of these days were destroyed, their term being over; what was sealed of them stays. */
export class ReadLogDestroyed {
  @Clear() @IsDay() from!: string;
  @Clear() @IsDay() through!: string;
  @Clear() @IsInt() @Min(1) segments!: number;
  /** The term they were kept for. */
  @Clear() @IsInt() @Min(1) @Max(100) years!: number;
}

export const readLogEvents = defineEvents(
  'readLog',
  { ReadLogSealed, ReadLogDestroyed },
  {
    events: {
      ReadLogSealed: ['封存查阅记录', 'Read log sealed'],
      ReadLogDestroyed: ['销毁查阅记录', 'Read log destroyed'],
    },
    fields: {
      day: ['日期', 'Day'],
      count: ['记录数', 'Records'],
      root: ['记录根', 'Root of the records'],
      previous: ['前一封存日', 'Day sealed before'],
      broken: ['缺损记录', 'Broken records'],
      from: ['自', 'From'],
      through: ['至(含)', 'Through'],
      segments: ['天数', 'Days'],
      years: ['保存年限', 'Years kept'],
    },
  },
);
