import { Controller, Get, Inject, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ReadModels } from '@kernel/read-models';
import { shippedParameters, type Enactment } from './rule-book';

/** Rules as data. */
@ApiTags('records')
@ApiBearerAuth()
@Controller()
export class ParametersController {
  constructor(@Inject(ReadModels) private readonly models: ReadModels) {}

  @Get('parameters')
  @ApiOperation({ summary: 'Rules as data: what ships and what was enacted' })
  async parameters() {
    const enacted = await this.models.find<Enactment>('parameters', { limit: 1000 });
    return { items: [...shippedParameters, ...enacted.items] };
  }
}
