import { IsString, MaxLength } from 'class-validator';
import { Clear, type EventWords, IsId } from '@kernel/sourcing';

/** An effect of this record was refused by its target for good: work for a person. */
export class EffectRefused {
  @Clear('event') @IsId() event!: string;
  @Clear('stream') @IsString() @MaxLength(120) target!: string;
  @Clear() @IsString() @MaxLength(80) command!: string;
  @Clear() @IsString() @MaxLength(80) code!: string;
}

/** What it is called in every table that holds it. */
export const effectRefusedWords = {
  events: { EffectRefused: ['后续办理被拒', 'Effect refused'] },
  fields: {
    event: ['事件', 'Event'],
    target: ['对象', 'Target'],
    command: ['命令', 'Command'],
    code: ['代码', 'Code'],
  },
} satisfies EventWords<{ readonly EffectRefused: typeof EffectRefused }>;

export class RecordEffectRefused extends EffectRefused {}
