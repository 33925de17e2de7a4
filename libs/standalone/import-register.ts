import { writeFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { createHash } from 'node:crypto';
import { householdCard, householdEvents, type HouseholdCard } from '@domain/household';
import {
  householdsOf,
  legacyHousehold,
  readRegister,
  type ImportSheet,
  type LegacyBody,
  type RegisterHousehold,
  type RowRefusal,
} from '@domain/register';
import { effectCommandId, InvalidCommand } from '@kernel/commanding';
import { canonical, derivedUuid, newUuid } from '@kernel/format';
import { localDate, Rejection, type Issued } from '@kernel/sourcing';
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
  readonly issued: (cmd: string) => Issued;
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
  readonly household: RegisterHousehold;
  readonly ordinal: number;
  readonly body: LegacyBody;
  /** Id under which this number is registered. */
  readonly known: string | undefined;
}

interface Tally {
  accepted: number;
  unchanged: number;
  readonly refusals: { readonly household: RegisterHousehold; readonly reasons: readonly RowRefusal[] }[];
}

const IN_FLIGHT = 32;
/** Households whose numbers are looked up in one question. */
const SHARE = 200;

/**
 * Takes a register file over: each household one command, refused rows in a file with reasons. The same file again changes
 * nothing; after a crash the open batch of the same file goes on under the same ids.
 */
export const importRegister = async (system: System, bytes: Buffer, options: ImportOptions): Promise<ImportResult> => {
  const { rows, columns } = readRegister(bytes);
  const households = householdsOf(rows);
  const tally: Tally = { accepted: 0, unchanged: 0, refusals: [] };
  const directory = await system.directory();
  let batch = options.dryRun ? DRY : await openBatch(system, bytes, rows.length, options);
  const today = localDate(system.clock.now());
  let done = 0;
  for (let from = 0; from < households.length; from += SHARE) {
    const share = households.slice(from, from + SHARE);
    const known = await alreadyThere(system, share);
    const isNew = (household: RegisterHousehold): boolean =>
      !known.has(household.number) && 'body' in legacyHousehold(household, directory, { ...batch, today, ordinal: 0 });
    if (batch.committed && !options.dryRun && share.some(isNew))
      batch = await startBatch(system, batch.paper, rows.length, options);
    await inTurn(share, IN_FLIGHT, async (household, index) => {
      const ordinal = from + index + 1;
      const mapped = legacyHousehold(household, directory, { ...batch, today, ordinal });
      const entry = { household, ordinal, known: known.get(household.number) };
      if ('refused' in mapped) tally.refusals.push({ household, reasons: mapped.refused });
      else await takeOver(system, { ...entry, body: mapped.body }, { batch, tally, options });
      done += 1;
      options.progress?.(done, households.length);
    });
  }
  const counts = {
    households: households.length,
    persons: rows.length,
    accepted: tally.accepted,
    refused: tally.refusals.length,
    unchanged: tally.unchanged,
  };
  if (!options.dryRun) await commitBatch(system, batch, counts, options);
  if (tally.refusals.length === 0) return counts;
  writeFileSync(options.refusedFile, refusedCsv(columns, tally), { mode: 0o600 });
  return { ...counts, refusedFile: options.refusedFile };
};

const DRY: Batch = { paper: newUuid(), batch: '', startedEvent: newUuid(), committed: true };

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
  await Promise.all(Array.from({ length: width }, lane));
};

/** The batch of this very file that is open, or committed, or a new one: the file itself is kept as a paper. */
const openBatch = async (system: System, bytes: Buffer, rows: number, options: ImportOptions): Promise<Batch> => {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const known = await system.models.find<{ id: string }>('papers', { where: { sha256 }, limit: 100 });
  const papers = known.items.map(({ id }) => id);
  const { items } = await system.models.find<ImportSheet>('imports', { where: { paper: { in: papers } }, limit: 100 });
  const sheet = items.find(({ status }) => status === 'started') ?? items.at(-1);
  if (sheet) {
    const { id: batch, paper, startedEvent, status } = sheet;
    return { paper, batch, startedEvent, committed: status === 'committed' };
  }
  return startBatch(system, papers[0] ?? (await receive(system, bytes, options.issued)), rows, options);
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
  const stored = await system.papers.store(paper, Readable.from([bytes]));
  const body = {
    kind: 'register',
    area: system.settings.area.padEnd(12, '0'),
    mime: 'text/csv',
    name: 'register.csv',
    ...stored,
  };
  await system.commands.execute('paper', paper, 'ReceivePaper', body, issued(newUuid()));
  return paper;
};

const refuse = ({ refusals }: Tally, household: RegisterHousehold, column: string, reason: string): void => {
  refusals.push({ household, reasons: [{ line: household.rows[0]?.line ?? 0, column, reason }] });
};

const takeOver = async (
  system: System,
  { household, body, ordinal, known }: Entry,
  { batch, tally, options }: { batch: Batch; tally: Tally; options: ImportOptions },
): Promise<void> => {
  const subject = derivedUuid(batch.startedEvent, `household/${String(ordinal)}`);
  if (known !== undefined) {
    if (known === subject || (await isSame(system, known, body))) tally.unchanged += 1;
    else
      refuse(
        tally,
        household,
        '户编号',
        '该户编号已登记且内容不同;请走更正或信息采集 registered already with other content',
      );
    return;
  }
  if (options.dryRun) {
    tally.accepted += 1;
    return;
  }
  try {
    const cmd = effectCommandId(batch.startedEvent, `household-${subject}`, 'RegisterLegacyHousehold');
    const imported = { ...body, import: batch.batch };
    const { repeated } = await system.commands.execute('household', subject, 'RegisterLegacyHousehold', imported, {
      ...options.issued(cmd),
      causation: batch.startedEvent,
    });
    tally[repeated ? 'unchanged' : 'accepted'] += 1;
  } catch (error) {
    if (!(error instanceof Rejection || error instanceof InvalidCommand)) throw error;
    refuse(tally, household, '', `${error.code} ${error.message}`);
  }
};

/** Ids of the registered households, by number. */
const alreadyThere = async (
  system: System,
  share: readonly RegisterHousehold[],
): Promise<ReadonlyMap<string, string>> => {
  const where = { householdNo: { in: share.map(({ number }) => number) } };
  const { items } = await system.models.find<HouseholdCard>(householdCard.name, { where, limit: SHARE });
  return new Map(items.flatMap(({ id, householdNo }) => (typeof householdNo === 'string' ? [[householdNo, id]] : [])));
};

/** Ids differ from batch to batch, and gaps are what this program sees in the file; what was said of the household must not. */
const isSame = async (system: System, id: string, body: LegacyBody): Promise<boolean> => {
  const [first] = await system.histories.read(householdEvents, id);
  return first !== undefined && contentOf(first.data) === contentOf(body);
};

const contentOf = (data: object): string => {
  const { members, head: _head, papers: _papers, on: _on, evidenceGaps: _gaps, ...rest } = data as LegacyBody;
  return canonical({ ...rest, members: members.map(({ person: _person, ...facts }) => facts) });
};

const commitBatch = async (
  system: System,
  { batch, committed }: Batch,
  counts: object,
  { issued }: ImportOptions,
): Promise<void> => {
  if (!committed) await system.commands.execute('importBatch', batch, 'CommitImport', counts, issued(newUuid()));
  await system.caughtUp();
};

const quoted = (cell: string): string => (/[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);

const refusedCsv = (columns: readonly string[], { refusals }: Tally): string => {
  const lines = refusals.flatMap(({ household, reasons }) =>
    household.rows.map(({ line, cells }) => {
      const own = reasons.filter((reason) => reason.line === line || reason.line === 0);
      const words = own.map(({ column, reason }) => `${column}: ${reason}`).join('; ');
      return [String(line), words, ...columns.map((column) => cells[column] ?? '')].map(quoted).join(',');
    }),
  );
  return `\ufeff${['行号,原因', ...columns.map(quoted)].join(',')}\r\n${lines.join('\r\n')}\r\n`;
};
