export { emergencyAccessFeature } from './emergency-access.feature';
export { EmergencyAccessModule } from './emergency-access.module';
