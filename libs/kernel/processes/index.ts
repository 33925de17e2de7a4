export { ProcessRunner } from './process-runner';
