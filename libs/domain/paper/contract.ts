export { paperEvents, type PaperState } from './paper';
export { needsPaper } from './needs-paper';
