import { defaultMetadataStorage } from 'class-transformer/cjs/storage';
import type { Class } from './facts';

interface TypeStorage {
  findTypeMetadata(owner: Class, field: string): { typeFunction: () => unknown } | undefined;
}

/** The nested class of a field (class-transformer's `@Type`). */
export const nestedClass = (owner: Class, field: string): Class | undefined =>
  (defaultMetadataStorage as TypeStorage).findTypeMetadata(owner, field)?.typeFunction() as Class | undefined;
