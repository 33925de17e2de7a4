export { importDecider, imports, registerFeature, type ImportSheet } from './import-batch';
export { legacyHousehold, type LegacyBody, type Mapped, type RowRefusal } from './legacy-household';
export { householdsOf, readRegister, RegisterFileError, type RegisterHousehold } from './register-file';
