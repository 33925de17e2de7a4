import {
  ArrayMaxSize,
  ArrayMinSize,
  IsBoolean,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
} from 'class-validator';
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

/** Seals which event is every stream's last: what a history must end with to be complete (docs/format/1.md). */
export class HeadsSealed {
  /** How many entries of the ledger were looked at. */
  @Clear() @IsInt() @Min(1) @Max(Number.MAX_SAFE_INTEGER) entries!: number;
  /** RFC 6962 hash of the list `sid || rev || h` of their streams' last events, sorted by `sid`. */
  @Clear() @Matches(/^[0-9a-f]{64}$/) root!: string;
  /** How many streams they belong to. */
  @Clear() @IsInt() @Min(1) @Max(Number.MAX_SAFE_INTEGER) streams!: number;
}

/** From the checkpoint that holds this event on, another key signs. */
export class SigningKeyRotated {
  /** Verifier key, as in `LogOpened`. */
  @Clear() @IsString() @MaxLength(500) key!: string;
  /** Signed note in which the key before names this one. */
  @Clear() @IsString() @MaxLength(4000) note!: string;
}

/** The log was recomputed with its ledger, and this was found. */
export class LogVerified {
  /** How many events and streams were recomputed. */
  @Clear() @IsInt() @Min(1) @Max(Number.MAX_SAFE_INTEGER) events!: number;
  @Clear() @IsInt() @Min(1) @Max(Number.MAX_SAFE_INTEGER) streams!: number;
  /** Size and recomputed root of the published tree; absent when the log was too damaged to have one. */
  @Clear() @IsOptional() @IsInt() @Min(1) @Max(Number.MAX_SAFE_INTEGER) treeSize?: number;
  @Clear() @IsOptional() @Matches(/^[0-9a-f]{64}$/) root?: string;
  /** Nothing was wrong. */
  @Clear() @IsBoolean() sound!: boolean;
  /** In how many places something was wrong, and of which kinds. */
  @Clear() @IsInt() @Min(0) @Max(Number.MAX_SAFE_INTEGER) damages!: number;
  @Clear()
  @ArrayMaxSize(40)
  @IsString({ each: true })
  @Matches(/^[a-z]{2,40}$/, { each: true })
  kinds!: readonly string[];
}

export const ledgerEvents = defineEvents(
  'ledger',
  { LogOpened, HeadsSealed, SigningKeyRotated, LogVerified },
  {
    events: {
      LogOpened: ['日志开启', 'Log opened'],
      HeadsSealed: ['封存流头', 'Heads sealed'],
      SigningKeyRotated: ['更换签名密钥', 'Signing key rotated'],
      LogVerified: ['核验日志', 'Log verified'],
    },
    fields: {
      format: ['格式', 'Format'],
      keys: ['公钥', 'Verifier keys'],
      origin: ['来源', 'Origin'],
      previous: ['前一检查点', 'Checkpoint before'],
      spec: ['格式规范', 'Specification of the format'],
      entries: ['条目数', 'Entries'],
      root: ['账本根', 'Root of the ledger'],
      'HeadsSealed.root': ['流头根', 'Root of the heads'],
      streams: ['流数', 'Streams'],
      key: ['键', 'Key'],
      'SigningKeyRotated.key': ['公钥', 'Verifier key'],
      note: ['交接签名', 'Signed note'],
      events: ['事件数', 'Events'],
      treeSize: ['账本大小', 'Size of the ledger'],
      sound: ['完好', 'Sound'],
      damages: ['损坏处数', 'Damages'],
      kinds: ['损坏类别', 'Kinds of damage'],
    },
  },
);
