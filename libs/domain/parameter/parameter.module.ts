import { Module } from '@nestjs/common';
import { commandRoutes, forFeature } from '@kernel/http';
import { ParametersController } from './parameter.controller';
import { parameterDecider } from './parameter.decider';
import { parameterFeature } from './parameter.feature';

@Module(
  forFeature(parameterFeature, { controllers: [commandRoutes('parameters', parameterDecider), ParametersController] }),
)
export class ParameterModule {}
