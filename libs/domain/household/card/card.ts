import { Type } from 'class-transformer';
import { Clear, Personal } from '@kernel/sourcing';

/** A person on the card. */
export class CardMember {
  @Clear('person') person!: string;
  @Clear() present!: boolean;
  @Clear() inTransfer!: boolean;
  @Clear('household') transferTo?: string;
  @Personal('identity') name!: Personal<string>;
  @Personal('identity') idNumber?: Personal<string>;
  @Personal('identity') idStatus?: Personal<string>;
  @Personal('identity') relation!: Personal<string>;
  @Personal('identity') nation?: Personal<string>;
  @Personal('identity') sex?: Personal<string>;
  @Personal('identity') born?: Personal<string>;
  @Personal('contact') phone?: Personal<string>;
  @Personal('social') education?: Personal<string>;
  @Personal('social') school?: Personal<string>;
  @Personal('social') labour?: Personal<string>;
  @Personal('social') workMonths?: Personal<number>;
  @Personal('social') illnessInsurance?: Personal<string>;
  @Personal('health') health?: Personal<readonly string[]>;
}

export class CardMeasure {
  @Clear('record') id!: string;
  @Clear() category!: string;
  @Clear() state!: string;
  @Clear() unit!: string;
  @Clear() costFen!: number;
  @Personal('social') content?: Personal<string>;
}

/** Fields of the card that only repeat others, for searching and for order: no change of their own. */
export const DERIVED_FIELDS: ReadonlySet<string> = new Set(['names', 'idNumbers', 'since', 'headPerson', 'id']);

/**
 * What the office knows of a household now: the card (建档立卡). Fields carry the same marks as the events they come from.
 */
export class HouseholdCard {
  @Clear('household') id!: string;
  @Clear('area') area!: string;
  /** Status in lists, the stage of the identification case, and of the exit case. */
  @Clear() status!: string;
  @Clear() stage!: string;
  @Clear() exitStage!: string;
  @Clear() exitYear?: number;
  @Clear() suspended!: boolean;
  @Clear() registeredOn?: string;
  @Clear() registeredKind?: string;
  @Clear() evidenceGaps!: readonly string[];
  @Clear() members!: number;
  @Clear('person') headPerson!: string;
  @Personal('identity') householdNo?: Personal<string>;
  @Personal('identity') head?: Personal<string>;
  @Personal('identity') handbookNo?: Personal<string>;
  @Personal('identity') names!: Personal<readonly string[]>;
  @Personal('identity') idNumbers!: Personal<readonly string[]>;
  @Personal('contact') address?: Personal<string>;
  @Personal('contact') phone?: Personal<string>;
  @Personal('social') standard?: Personal<string>;
  @Personal('social') attribute?: Personal<string>;
  @Personal('social') mainCause?: Personal<string>;
  @Personal('social') otherCauses?: Personal<readonly string[]>;
  @Personal('social') dangerousHouse?: Personal<string>;
  @Personal('social') safeWater?: Personal<string>;
  @Personal('social') monitored?: Personal<string>;
  @Personal('finance') perHeadFen?: Personal<number>;
  @Clear() @Type(() => CardMember) people!: readonly CardMember[];
  @Clear() @Type(() => CardMeasure) measures!: readonly CardMeasure[];
  @Clear('account') helpers!: readonly string[];
  @Clear() lineFen?: number;
  @Clear() visits!: number;
  @Clear() fundsFen!: number;
  /** Day from which each group of fields holds: an older fact that is recorded late does not overwrite a newer one. */
  @Clear() since!: Readonly<Record<string, string>>;
}
