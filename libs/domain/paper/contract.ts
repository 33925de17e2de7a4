export { needsPaper } from './needs-paper';
export { PaperActs, type PaperAct } from './paper-acts';
export { papers } from './paper';
