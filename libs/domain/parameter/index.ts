export { parameterDecider } from './parameter.decider';
export { parameterFeature } from './parameter.feature';
export { ParameterModule } from './parameter.module';
export { parameters, ruleBook, type Enactment } from './rule-book';
