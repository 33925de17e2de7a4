import { Module } from '@nestjs/common';
import { forFeature } from '@kernel/http';
import { paperFeature } from './paper';
import { PapersController } from './paper.controller';

@Module(forFeature(paperFeature, { controllers: [PapersController] }))
export class PaperModule {}
