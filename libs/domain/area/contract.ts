export { AreaDirectory } from './directory';
