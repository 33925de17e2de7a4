import { CODE_LISTS, EVENT_NAMES, FIELD_LISTS, FIELD_NAMES } from '@domain/codes/contract';
import { householdCard, householdEvents, type HouseholdCard } from '@domain/household';
import {
  assembleEvidence,
  ledgerAt,
  NoSuchCheckpoint,
  noSuchCheckpoint,
  writePack,
  type EvidencePack,
  type EvidenceQuestion,
  type EvidenceWords,
  type LedgerAt,
} from '@kernel/evidence';
import { derivedUuid } from '@kernel/format';
import { foldDocument, knownFacts } from '@kernel/read-models';
import type { Issued, Reader } from '@kernel/sourcing';
import { tableOf } from './features';
import type { System } from './system';

export interface PackRequest extends EvidenceQuestion {
  /** Size of a kept checkpoint; absent = one that is made now. */
  readonly treeSize?: number;
}

export interface IssuedPack {
  /** UUID of the pack: its stream says who got it. */
  readonly pack: string;
  readonly zip: Buffer;
  readonly sha256: string;
  readonly treeSize: number;
  readonly root: string;
  readonly position: string;
}

const WORDS: EvidenceWords = {
  events: EVENT_NAMES,
  fields: FIELD_NAMES,
  codes: Object.fromEntries(
    Object.entries(FIELD_LISTS).map(([field, list]) => [field, Object.entries(CODE_LISTS[list].entries)]),
  ),
};

/** The household's card now, for its area and helpers; `undefined` when there is no such household. */
export const cardOf = async (system: System, household: string): Promise<HouseholdCard | undefined> => {
  const facts = await system.histories.read(householdEvents, household);
  return foldDocument<HouseholdCard>(householdCard, knownFacts(facts, {}));
};

const filesOf = async (system: System, ids: readonly string[]): Promise<ReadonlyMap<string, Buffer>> => {
  const files = new Map<string, Buffer>();
  for (const id of ids) {
    const chunks: Buffer[] = [];
    for await (const chunk of system.papers.read(id)) chunks.push(chunk);
    files.set(id, Buffer.concat(chunks));
  }
  return files;
};

const ledgerFor = async (system: System, treeSize: number | undefined): Promise<LedgerAt> => {
  const size = treeSize ?? (await system.notary.sealHeads()).checkpoint.size;
  try {
    return await ledgerAt(system.ledger, system.store, size);
  } catch (error) {
    if (error instanceof NoSuchCheckpoint) throw noSuchCheckpoint(size);
    throw error;
  }
};

/** Builds a pack. The same question at the same checkpoint gives the same bytes. @throws Rejection */
export const buildPack = async (
  system: System,
  { treeSize, ...question }: PackRequest,
  opens: Reader['opens'],
): Promise<Omit<IssuedPack, 'pack' | 'position'>> => {
  const ledger = await ledgerFor(system, treeSize);
  const { log, store, keys } = system;
  const evidence = await assembleEvidence({ log, store, keys, ledger, tableOf, opens, words: WORDS }, question);
  return {
    ...writePack(evidence, await filesOf(system, evidence.papers)),
    treeSize: ledger.treeSize,
    root: ledger.root,
  };
};

/** Builds a pack and records that it was handed out; the same command again gives the same pack. */
export const issuePack = async (
  system: System,
  request: PackRequest,
  { opens, issued, ...card }: { readonly area: string; readonly opens: Reader['opens']; readonly issued: Issued },
): Promise<IssuedPack> => {
  const area = system.places.home(card.area);
  await system.commands.permit('IssueEvidencePack', area, issued);
  const pack = derivedUuid(issued.cmd, 'evidencePack');
  const { state } = await system.commands.state<EvidencePack>('evidencePack', pack);
  const { treeSize = state.treeSize > 0 ? state.treeSize : undefined, ...question } = request;
  const built = await buildPack(system, { ...question, ...(treeSize !== undefined && { treeSize }) }, opens);
  const { position } = await system.commands.execute('evidencePack', pack, 'IssueEvidencePack', {
    ...question, area, treeSize: built.treeSize, root: built.root, sha256: built.sha256, bytes: built.zip.length,
  }, issued); // prettier-ignore
  return { pack, position, ...built };
};
