import { parameters, shippedParameters } from './rule-book';
import { Controller, Get, Inject } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ReadModels } from '@kernel/read-models';

/** Rules as data. */
@ApiTags('records')
@ApiBearerAuth()
@Controller()
export class ParametersController {
  constructor(@Inject(ReadModels) private readonly models: ReadModels) {}

  @Get('parameters')
  @ApiOperation({ summary: 'Rules as data: what ships and what was enacted' })
  async parameters() {
    const enacted = await this.models.find(parameters, { limit: 1000 });
    return { items: [...shippedParameters, ...enacted.items] };
  }
}
