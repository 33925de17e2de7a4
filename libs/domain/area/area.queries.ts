import { IsOptional, Matches } from 'class-validator';

export class AreaQuery {
  @IsOptional() @Matches(/^\d{2,12}$/) parent?: string;
}
