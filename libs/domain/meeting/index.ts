export { meetingDecider, meetingFeature, type MeetingSheet } from './meeting';
