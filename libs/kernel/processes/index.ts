export { ProcessRunner, type ProcessRunnerParts } from './process-runner';
