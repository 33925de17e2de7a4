export { imports, registerFeature } from './import-batch';
export { legacyHousehold, type LegacyBody } from './legacy-household';
export { refuse, type RowRefusal } from './refusals';
export { refusedCommand } from './refused-command';
export { householdsOf, readRegister, REFUSED_COLUMNS, RegisterFileError, type RegisterEntry } from './register-file';
export { RegisterImportModule } from './register-import.module';
