import { IsIn, IsOptional } from 'class-validator';
import { PageQuery } from '@kernel/http';

export class GlassQuery extends PageQuery {
  @IsOptional() @IsIn(['unreviewed', 'justified', 'unjustified']) status?: string;
}
