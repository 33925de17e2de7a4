import { IsIn, IsOptional, IsString, Matches, MaxLength } from 'class-validator';
import { Clear, defineEvents, IsId } from '@kernel/sourcing';

export class ParameterEnacted {
  @Clear() @Matches(/^[a-z][A-Za-z0-9.]{2,80}$/) key!: string;
  @Clear() @IsIn(['number', 'text', 'yes-no']) kind!: 'number' | 'text' | 'yes-no';
  @Clear() @IsString() @MaxLength(200) value!: string;
  /** Area prefix of 2 to 12 digits in which it is in force. */
  @Clear('area') @Matches(/^\d{2,12}$/) area!: string;
  @Clear('paper') @IsOptional() @IsId() paper?: string;
}

export const parameterEvents = defineEvents(
  'parameter',
  { ParameterEnacted },
  {
    events: { ParameterEnacted: ['颁行参数', 'Parameter enacted'] },
    fields: {
      key: ['键', 'Key'],
      kind: ['类别', 'Kind'],
      value: ['值', 'Value'],
      area: ['区划', 'Area'],
      paper: ['材料', 'Paper'],
    },
  },
);
