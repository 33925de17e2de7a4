import { Module } from '@nestjs/common';
import { commandRoutes, forFeature } from '@kernel/http';
import { noticeDecider, noticeFeature } from './notice';
import { NoticesController } from './notice.controller';

@Module(
  forFeature(noticeFeature, {
    controllers: [
      commandRoutes('notices', noticeDecider, { except: ['RecordEffectRefused', 'LinkRecord'] }),
      NoticesController,
    ],
  }),
)
export class NoticeModule {}
