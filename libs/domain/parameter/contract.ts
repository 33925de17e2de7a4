export { parameterEvents } from './parameter.events';
export { ruleBook, type Enactment } from './rule-book';
