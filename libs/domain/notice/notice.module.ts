import { Module } from '@nestjs/common';
import { commandRoutes, forFeature } from '@kernel/http';
import { noticeDecider } from './notice';
import { noticeFeature } from './notice.feature';
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
