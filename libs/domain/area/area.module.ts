import { Module } from '@nestjs/common';
import { forFeature } from '@kernel/http';
import { areaFeature } from './area';
import { AreasController } from './area.controller';

@Module(forFeature(areaFeature, { controllers: [AreasController] }))
export class AreaModule {}
