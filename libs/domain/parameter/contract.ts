export { parameters, shippedParameters } from './rule-book';
