import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { hi } from '@kernel/format';

@Module({})
class M {}
export const start = async () => {
  const app = await NestFactory.create(M, new FastifyAdapter());
  await app.init();
  console.log(hi);
};
void start();
