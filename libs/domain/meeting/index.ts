export { meetingDecider, meetingFeature, meetings, type MeetingSheet } from './meeting';
