export { needsPaper } from './needs-paper';
