export { meetingFeature } from './meeting';
export { MeetingModule } from './meeting.module';
