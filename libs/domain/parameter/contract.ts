export { parameters, shippedParameters, type Enactment } from './rule-book';
