export { EffectRefused, meetingEvents, RecordEffectRefused, type MeetingState, type Vote } from './meeting';
