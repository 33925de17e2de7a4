import { Module } from '@nestjs/common';
import { forFeature } from '@kernel/http';
import { registerFeature } from './import-batch';

@Module(forFeature(registerFeature))
export class RegisterImportModule {}
