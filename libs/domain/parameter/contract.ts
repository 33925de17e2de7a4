export { shippedParameters, type Enactment } from './rule-book';
