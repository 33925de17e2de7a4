import { ArrayMaxSize, ArrayMinSize, IsIn, IsOptional, IsString, Matches, MaxLength } from 'class-validator';
import { Clear, defineEvents } from '@kernel/sourcing';

/** First event of every log, `ledger-<log>` revision 0 (docs/format/1.md). */
export class LogOpened {
  @Clear() @IsIn(['jiandang/1']) format!: string;
  /** Verifier keys of the log in the form of C2SP signed-note: `<name>+<key id>+<key>`. */
  @Clear()
  @ArrayMinSize(1)
  @ArrayMaxSize(8)
  @IsString({ each: true })
  @MaxLength(500, { each: true })
  keys!: readonly string[];
  /** Origin line of the checkpoints: `<name>/<log>`. */
  @Clear() @IsString() @MaxLength(300) origin!: string;
  /** Last checkpoint of a log that this one continues. */
  @Clear() @IsOptional() @IsString() @MaxLength(4000) previous?: string;
  /** SHA-256 of docs/format/1.md. */
  @Clear() @Matches(/^[0-9a-f]{64}$/) spec!: string;
}

export const ledgerEvents = defineEvents('ledger', { LogOpened });
