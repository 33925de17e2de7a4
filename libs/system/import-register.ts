import { papers, receivePaper } from '@domain/paper';
import { Readable } from 'node:stream';
import { createHash } from 'node:crypto';
import { allMembers, householdCard, householdEvents } from '@domain/household';
import {
  householdsOf,
  imports,
  legacyHousehold,
  readRegister,
  refuse,
  refusedCommand,
  type LegacyBody,
  type RegisterEntry,
  type RowRefusal,
} from '@domain/register-import';
import { effectCommandId } from '@kernel/commanding';
import { canonical, derivedUuid, newUuid } from '@kernel/format';
import { localDate, type CommandMeta } from '@kernel/sourcing';
import { writeRefused, type RefusedHousehold } from './importing/refused-file';
import { rehearse } from './importing/rehearsal';
import type { System } from './system';

export interface ImportResult {
  readonly households: number;
  readonly persons: number;
  readonly accepted: number;
  readonly refused: number;
  readonly unchanged: number;
  /** CSV of the refused rows with their reasons; absent when none was refused. */
  readonly refusedFile?: string;
}

export interface ImportOptions {
  readonly dryRun?: boolean;
  /** Who imports: a clerk of the county, or the system at first start. */
  readonly issued: (cmd: string) => CommandMeta;
  readonly refusedFile: string;
  readonly progress?: (done: number, total: number) => void;
}

interface Batch {
  readonly paper: string;
  readonly batch: string;
  readonly startedEvent: string;
  readonly committed: boolean;
}

interface Entry {
  readonly household: RegisterEntry;
  readonly ordinal: number;
  readonly body: LegacyBody;
  /** Id under which this number is registered. */
  readonly known: string | undefined;
}

type Outcome = 'accepted' | 'unchanged' | readonly RowRefusal[];

const IN_FLIGHT = 32;
/** Households whose numbers are looked up in one question. */
const SHARE = 200;

/**
 * Takes a register file over: each household one command, refused rows in a file with reasons. The same file again
 * changes nothing; after a crash the open batch of the same file goes on under the same ids. A dry run refuses what the
 * run refuses.
 * @throws RegisterFileError, Forbidden, StoreUnavailable; one household never ends it
 */
export const importRegister = async (system: System, bytes: Buffer, options: ImportOptions): Promise<ImportResult> => {
  const { rows, columns } = readRegister(bytes);
  await mustBePermitted(system, options);
  const households = householdsOf(rows);
  const directory = await system.areas.refresh();
  let batch = options.dryRun ? dryBatch() : await openBatch(system, bytes, rows.length, options);
  const today = localDate(system.clock.now());
  const outcomes: Outcome[] = [];
  let done = 0;
  for (let from = 0; from < households.length; from += SHARE) {
    const share = households.slice(from, from + SHARE);
    const known = await alreadyThere(system, share);
    const isNew = (household: RegisterEntry): boolean =>
      !known.has(household.number) && 'body' in legacyHousehold(household, directory, { ...batch, today, ordinal: 0 });
    if (batch.committed && !options.dryRun && share.some(isNew))
      batch = await startBatch(system, batch.paper, rows.length, options);
    await inTurn(share, IN_FLIGHT, async (household, index) => {
      const ordinal = from + index + 1;
      const mapped = legacyHousehold(household, directory, { ...batch, today, ordinal });
      const entry = { household, ordinal, known: known.get(household.number) };
      outcomes[from + index] =
        'refused' in mapped ? mapped.refused : await takeOver(system, { ...entry, body: mapped.body }, batch, options);
      done += 1;
      options.progress?.(done, households.length);
    });
  }
  const refused = households.flatMap((household, index): readonly RefusedHousehold[] => {
    const reasons = outcomes[index];
    return typeof reasons === 'object' ? [{ household, reasons }] : [];
  });
  const counts = {
    households: households.length,
    persons: rows.length,
    accepted: outcomes.filter((outcome) => outcome === 'accepted').length,
    refused: refused.length,
    unchanged: outcomes.filter((outcome) => outcome === 'unchanged').length,
  };
  if (!options.dryRun) await commitBatch(system, batch, counts, options);
  if (refused.length === 0) return counts;
  writeRefused(options.refusedFile, columns, refused);
  return { ...counts, refusedFile: options.refusedFile };
};

/** Ends when all are done, or when those are done that were under way when one failed. */
const inTurn = async <T>(
  items: readonly T[],
  width: number,
  work: (item: T, index: number) => Promise<void>,
): Promise<void> => {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < items.length) {
      const index = next++;
      await work(items[index] as T, index);
    }
  };
  const stopping = (error: unknown): never => {
    next = items.length;
    throw error;
  };
  const lanes = Array.from({ length: width }, () => lane().catch(stopping));
  await Promise.allSettled(lanes);
  await Promise.all(lanes);
};

/** Told before anything is done, dry or not. @throws Forbidden */
const mustBePermitted = async ({ commands, settings }: System, { issued }: ImportOptions): Promise<void> => {
  const area = settings.area.padEnd(12, '0');
  for (const command of ['StartImport', 'ReceivePaper', 'CommitImport'])
    await commands.permit(command, area, issued(newUuid()));
};

const dryBatch = (): Batch => ({ paper: newUuid(), batch: newUuid(), startedEvent: newUuid(), committed: true });

/** The batch of this very file that is open, or committed, or a new one: the file itself is kept as a paper. */
const openBatch = async (system: System, bytes: Buffer, rows: number, options: ImportOptions): Promise<Batch> => {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const known = await system.models.find(papers, { where: { sha256 }, limit: 100 });
  const ids = known.items.map(({ id }) => id);
  const { items } = await system.models.find(imports, { where: { paper: { in: ids } }, limit: 100 });
  const sheet = items.find(({ status }) => status === 'started') ?? items.at(-1);
  if (sheet) {
    const { id: batch, paper, startedEvent, status } = sheet;
    return { paper, batch, startedEvent, committed: status === 'committed' };
  }
  return startBatch(system, ids[0] ?? (await receive(system, bytes, options.issued)), rows, options);
};

const startBatch = async (system: System, paper: string, rows: number, { issued }: ImportOptions): Promise<Batch> => {
  const batch = newUuid();
  const area = system.settings.area;
  await system.commands.execute(
    'importBatch',
    batch,
    'StartImport',
    { paper, area, kind: 'register', rows },
    issued(newUuid()),
  );
  const [started] = await system.store.read(`importBatch-${batch}`);
  return { paper, batch, startedEvent: started?.id ?? '', committed: false };
};

const receive = async (system: System, bytes: Buffer, issued: ImportOptions['issued']): Promise<string> => {
  const paper = newUuid();
  const form = {
    kind: 'register',
    area: system.settings.area.padEnd(12, '0'),
    mime: 'text/csv',
    name: 'register.csv',
  };
  await receivePaper(system, Readable.from([bytes]), { paper, form, issued: issued(newUuid()) });
  return paper;
};

const COMMAND = ['household', 'RegisterLegacyHousehold'] as const;

const takeOver = async (
  system: System,
  { household, body, ordinal, known }: Entry,
  { batch, startedEvent, paper }: Batch,
  options: ImportOptions,
): Promise<Outcome> => {
  const subject = derivedUuid(startedEvent, `household/${String(ordinal)}`);
  const [category, command] = COMMAND;
  const cmd = effectCommandId(startedEvent, `${category}-${subject}`, command);
  const issued = { ...options.issued(cmd), causation: startedEvent };
  const imported = { ...body, import: batch };
  try {
    if (known !== undefined && (known === subject || (await isSame(system, known, body)))) return 'unchanged';
    if (known !== undefined) return [registeredOtherwise(household)];
    if (options.dryRun) {
      const supposed = { kind: 'register', status: 'started', started: startedEvent, paper };
      await rehearse(system, COMMAND, imported, { issued, supposed });
      return 'accepted';
    }
    const { repeated } = await system.commands.carryOut(category, subject, command, imported, issued);
    return repeated ? 'unchanged' : 'accepted';
  } catch (error) {
    const refused = refusedCommand(error, { household, body });
    if (!refused) throw error;
    return refused;
  }
};

const registeredOtherwise = ({ number, rows }: RegisterEntry): RowRefusal => ({
  line: rows[0]?.line ?? 0,
  column: '户编号',
  value: number,
  why: refuse('register/other-content'),
});

/** Ids of the registered households, by number. */
const alreadyThere = async (system: System, share: readonly RegisterEntry[]): Promise<ReadonlyMap<string, string>> => {
  const where = { householdNo: { in: share.map(({ number }) => number) } };
  const { items } = await system.models.find(householdCard, { where, limit: SHARE });
  return new Map(items.flatMap(({ id, householdNo }) => (typeof householdNo === 'string' ? [[householdNo, id]] : [])));
};

/** Ids, rows and gaps differ from file to file; what was said of the household must not. */
const isSame = async (system: System, id: string, body: LegacyBody): Promise<boolean> => {
  const facts = await system.histories.read(householdEvents, id);
  const [first] = facts;
  return first !== undefined && contentOf({ ...first.data, members: allMembers(first, facts) }) === contentOf(body);
};

const contentOf = (data: object): string => {
  const { members, raw = [], head: _head, papers: _papers, on: _on, evidenceGaps: _gaps, ...rest } = data as LegacyBody;
  const further = raw.map(({ label, value }) => ({ label: label.replace(/^\d+\//, ''), value }));
  return canonical({ ...rest, raw: further, members: members.map(({ person: _person, ...facts }) => facts) });
};

const commitBatch = async (
  system: System,
  { batch, committed }: Batch,
  counts: Omit<ImportResult, 'refusedFile'>,
  { issued }: ImportOptions,
): Promise<void> => {
  if (!committed) await system.commands.execute('importBatch', batch, 'CommitImport', counts, issued(newUuid()));
  await system.caughtUp();
};
