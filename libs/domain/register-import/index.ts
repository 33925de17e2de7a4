export { imports, registerFeature, type ImportSheet } from './import-batch';
export { legacyHousehold, type LegacyBody, type RowRefusal } from './legacy-household';
export { householdsOf, readRegister, RegisterFileError, type RegisterEntry } from './register-file';
export { RegisterImportModule } from './register-import.module';
