import { CODE_LISTS } from '@domain/code-lists/contract';
import { householdCard, householdEvents, type HouseholdCard } from '@domain/household';
import { speaksOfOthers, type TracedEvent } from '@domain/inspection';
import { paperEvents, type PaperReceived, type StoredFile } from '@domain/paper';
import {
  assembleEvidence,
  ledgerAt,
  NoSuchCheckpoint,
  noSuchCheckpoint,
  writePack,
  type Evidence,
  type EvidencePack,
  type EvidenceQuestion,
  type EvidenceWords,
  type LedgerAt,
  type PaperDisclosure,
} from '@kernel/evidence';
import { derivedUuid } from '@kernel/format';
import { foldDocument, knownFacts } from '@kernel/read-models';
import { openedOr, type CommandMeta, type Reader, type WordsFor } from '@kernel/sourcing';
import { features, tableOf } from './features';
import type { System } from './system';
import { eventsByType, fieldsByName, listsByField } from './words';

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

const inChinese = (words: WordsFor<string>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(words).map(([name, [zh]]) => [name, zh]));

const words = (): EvidenceWords => ({
  events: inChinese(eventsByType),
  fields: inChinese(fieldsByName),
  codes: Object.fromEntries(
    [...listsByField()].map(([field, list]) => [field, Object.entries(inChinese(CODE_LISTS[list].entries))]),
  ),
});

const proving = new Set(
  features.flatMap(({ deciders }) => deciders.filter(({ proves }) => proves).map(({ category }) => category)),
);
const isFollowed = (category: string): boolean => proving.has(category);

/** The household's card now, for its area and helpers; `undefined` when there is no such household. */
export const cardOf = async (system: System, household: string): Promise<HouseholdCard | undefined> => {
  const facts = await system.histories.read(householdEvents, household);
  return foldDocument<HouseholdCard>(householdCard, knownFacts(facts, {}));
};

/** @throws PaperDamaged: what is not what was received goes into no pack */
const filesOf = async (system: System, { papers, streams }: Evidence): Promise<ReadonlyMap<string, Buffer>> => {
  const files = new Map<string, Buffer>();
  for (const id of papers) {
    const received = streams.find(({ stream }) => stream === `paper-${id}`)?.events[0];
    const [digest = ''] = (received?.parts ?? []).flatMap(({ part }) => (part as Partial<StoredFile>).sha256 ?? []);
    const chunks: Buffer[] = [];
    for await (const chunk of await system.papers.open(id, digest)) chunks.push(chunk);
    files.set(id, Buffer.concat(chunks));
  }
  return files;
};

/** A person's number in a file's name would say of others what its file may not. */
const NUMBER = /\d{14,}/;

/** A paper goes into one household's pack when it speaks of nobody else, as far as the log of that size knows. */
const disclosureIn =
  (system: System, household: string, treeSize: number) =>
  async (paper: string): Promise<PaperDisclosure> => {
    const [received] = await system.histories.read(paperEvents, paper, ['paper']);
    const { kind, name } = received?.data as PaperReceived;
    const within = ({ stream }: TracedEvent): boolean => stream === `household-${household}`;
    if (!(await speaksOfOthers(system.tracing, { id: paper, kind }, { within, treeSize }))) return 'file';
    return NUMBER.test(openedOr(name, '')) ? 'nothing' : 'hash';
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
  const disclosureOf = disclosureIn(system, question.household, ledger.treeSize);
  const sources = { log, store, keys, ledger, tableOf, isFollowed, opens, disclosureOf, words: words() };
  const evidence = await assembleEvidence(sources, question);
  return {
    ...writePack(evidence, await filesOf(system, evidence)),
    treeSize: ledger.treeSize,
    root: ledger.root,
  };
};

/** Builds a pack and records that it was handed out; the same command again gives the same pack. */
export const issuePack = async (
  system: System,
  request: PackRequest,
  { opens, issued, ...card }: { readonly area: string; readonly opens: Reader['opens']; readonly issued: CommandMeta },
): Promise<IssuedPack> => {
  const area = system.places.home(card.area);
  await system.commands.permit('IssueEvidencePack', area, issued);
  const pack = derivedUuid(issued.cmd, 'evidencePack');
  const { state } = await system.commands.state<EvidencePack>('evidencePack', pack);
  const { treeSize = state.treeSize > 0 ? state.treeSize : undefined, ...question } = request;
  const built = await buildPack(system, { ...question, ...(treeSize !== undefined && { treeSize }) }, opens);
  const { position } = await system.commands.execute(
    'evidencePack',
    pack,
    'IssueEvidencePack',
    {
      ...question,
      area,
      treeSize: built.treeSize,
      root: built.root,
      sha256: built.sha256,
      bytes: built.zip.length,
    },
    issued,
  );
  return { pack, position, ...built };
};

/** Evidence packs of this office. */
export class EvidencePacks {
  constructor(private readonly system: System) {}

  cardOf(household: string): ReturnType<typeof cardOf> {
    return cardOf(this.system, household);
  }

  issue(...given: Parameters<typeof issuePack> extends [unknown, ...infer Rest] ? Rest : never): Promise<IssuedPack> {
    return issuePack(this.system, ...given);
  }
}
