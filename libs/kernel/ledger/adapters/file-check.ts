import { accessSync, constants, statSync } from 'node:fs';
import { basename } from 'node:path';
import Database from '@kernel/engines/adapters/sqlite.cjs';
import { fileDamage, type Damage, type DamageKind } from '../verify/damage';

/** A file that is there may not be read, or somebody holds it: nothing is said of what it holds. */
export class FileClosed extends Error {
  override readonly name = 'FileClosed';
}

/** A file is not what it must be. */
export class FileDamaged extends Error {
  override readonly name = 'FileDamaged';
  constructor(readonly damages: readonly Damage[]) {
    super(damages.map(({ id, detail }) => `${id}: ${detail ?? ''}`).join('; '));
  }

  static of(name: string, kind: DamageKind, detail: string): FileDamaged {
    return new FileDamaged([fileDamage(name, kind, detail)]);
  }
}

const codeOf = (error: unknown): string => String((error as { readonly code?: unknown } | undefined)?.code);
const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const CLOSED = /^(EACCES|EPERM|EBUSY|EMFILE|SQLITE_(BUSY|LOCKED|PERM|AUTH|NOMEM|READONLY|CANTOPEN))/;

/** By its code: the driver's errors may be of another realm than ours. */
const isOfFile = (error: unknown): boolean => /^(SQLITE_|E[A-Z]+$)/.test(codeOf(error));

/** What an error says of a file that was read. @throws FileClosed; and what is no error of a file as it is */
export const damageBy = (name: string, error: unknown): readonly Damage[] => {
  if (error instanceof FileDamaged) return error.damages;
  if (error instanceof FileClosed || !isOfFile(error)) throw error;
  if (CLOSED.test(codeOf(error))) throw new FileClosed(`${name}: ${wordsOf(error)} (${codeOf(error)})`);
  return [fileDamage(name, 'file', wordsOf(error))];
};

/** @throws FileDamaged when it is not there or no file; the system's own error when it may not be read */
export const mustBeFile = (file: string): void => {
  const found = statSync(file, { throwIfNoEntry: false });
  const words = found ? 'it is no file' : 'there is no such file';
  if (!found?.isFile()) throw FileDamaged.of(basename(file), 'file', words);
  accessSync(file, constants.R_OK);
};

/** Kinds of the objects of a database by name; an index is made good when the system starts. */
export type Objects = ReadonlyMap<string, string>;

export const objectsOf = (file: string): Objects => {
  const db = new Database(file, { readonly: true, fileMustExist: true });
  try {
    const rows = db
      .prepare<[], { name: string; type: string }>(
        "SELECT name, type FROM sqlite_schema WHERE type IN ('table', 'view')",
      )
      .all();
    return new Map(rows.map(({ name, type }) => [name, type]));
  } finally {
    db.close();
  }
};

/** Tables that are not there, or are something else. */
export const missingTables = (file: string, tables: Iterable<string>): readonly Damage[] => {
  const found = objectsOf(file);
  return [...tables].flatMap((table) => {
    const kind = found.get(table);
    if (kind === 'table') return [];
    const words = kind === undefined ? `there is no table ${table}` : `${table} is a ${kind}, not a table`;
    return [fileDamage(basename(file), 'file', words)];
  });
};

const integrityFaults = (file: string): readonly Damage[] => {
  const db = new Database(file, { readonly: true, fileMustExist: true });
  try {
    const found = db.pragma('integrity_check') as { readonly integrity_check: string }[];
    return found
      .map(({ integrity_check: words }) => words)
      .filter((words) => words !== 'ok')
      .map((words) => fileDamage(basename(file), 'file', words));
  } finally {
    db.close();
  }
};

/**
 * What is wrong with a database as a whole: damage that would keep a system from working with it. @throws FileClosed
 */
export const checkDatabase = (file: string, tables: readonly string[] = []): readonly Damage[] => {
  const name = basename(file);
  try {
    mustBeFile(file);
    return [...integrityFaults(file), ...missingTables(file, tables)];
  } catch (error) {
    return damageBy(name, error);
  }
};
