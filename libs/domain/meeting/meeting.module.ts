import { Module } from '@nestjs/common';
import { commandRoutes, forFeature } from '@kernel/http';
import { meetingDecider, meetingFeature } from './meeting';
import { MeetingsController } from './meeting.controller';

@Module(
  forFeature(meetingFeature, {
    controllers: [
      commandRoutes('meetings', meetingDecider, { except: ['RecordEffectRefused', 'LinkRecord'] }),
      MeetingsController,
    ],
  }),
)
export class MeetingModule {}
