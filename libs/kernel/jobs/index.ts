export * from './jobs';
export { everyDay } from './recurring';
