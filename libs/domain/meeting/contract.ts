export {
  EffectRefused,
  effectRefusedWords,
  meetingEvents,
  RecordEffectRefused,
  type MeetingState,
  type Vote,
} from './meeting';
