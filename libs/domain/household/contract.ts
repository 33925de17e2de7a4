export { idStatusOf, readIdNumber } from './rules/id-number';
