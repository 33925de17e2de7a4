import { IsOptional, IsString, Matches, MaxLength } from 'class-validator';
import { PageQuery } from '@kernel/http';

export class ListQuery extends PageQuery {
  @IsOptional() @Matches(/^\d{2,12}$/) area?: string;
  @IsOptional() @Matches(/^[a-z-]{2,20}$/) status?: string;
  @IsOptional() @IsString() @MaxLength(60) q?: string;
}
