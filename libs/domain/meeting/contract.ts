export { type MeetingState } from './meeting';
export { meetingEvents, type Vote } from './meeting.events';
