import { Module } from '@nestjs/common';
import { forFeature } from '@kernel/http';
import { paperFeature } from './paper';
import { PaperReading } from './paper-reading';
import { PapersController } from './paper.controller';

@Module(forFeature(paperFeature, { controllers: [PapersController], providers: [PaperReading] }))
export class PaperModule {}
