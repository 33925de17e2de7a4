export { registerFeature, type ImportSheet } from './import-batch';
export { legacyHousehold, type LegacyBody } from './legacy-household';
export { refuse, type RowRefusal } from './refusals';
export { refusedCommand } from './refused-command';
export {
  householdsOf,
  readRegister,
  REFUSED_COLUMNS,
  RegisterFileError,
  type RegisterHousehold,
} from './register-file';
