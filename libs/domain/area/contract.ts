export { AreaDirectory } from './directory';
export { Areas } from './areas';
