import { Controller, Get, Inject, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { AreaQuery } from './area.queries';
import { Areas } from './areas';

/** Areas as recorded. */
@ApiTags('records')
@ApiBearerAuth()
@Controller()
export class AreasController {
  constructor(@Inject(Areas) private readonly areas: Areas) {}

  @Get('areas')
  @ApiOperation({ summary: 'Areas directly below a prefix' })
  async below(@Query() { parent }: AreaQuery) {
    return { items: (await this.areas.refresh()).below(parent ?? '') };
  }
}
