import type { Evidence, EvidenceEvent, EvidenceStream, HeldPaper, PackDamage, PackVerification } from '../evidence';
import { checkCheckpoint } from './checkpoint';
import { hex, sha256 } from './primitives';
import { checkComplete, checkEvent, checkStream, type SealedHeads } from './streams';
import { bodyOf, damage, type Work } from './work';

/** What was asked for is what is shown. */
const checkQuestion = (work: Work): void => {
  const { question, streams } = work.evidence;
  const [first] = streams;
  if (first?.stream !== `household-${question.household}`)
    damage(work, 'question', 'the first stream is not that of the household asked for');
  for (const { stream, events } of streams) for (const event of events) checkDisclosed(work, stream, event);
};

const checkDisclosed = (work: Work, stream: string, event: EvidenceEvent): void => {
  const { knownAt, disclosure, members } = work.evidence.question;
  const isLate = knownAt !== undefined && (event.meta['recordedAt'] ?? '') > knownAt;
  if (isLate !== (event.body === undefined))
    damage(work, 'question', 'a body is shown or withheld against the moment asked for', stream, event);
  if (disclosure === 'whole') return;
  const asked = new Set(disclosure === 'members' ? members : []);
  for (const subject of openedIn(event))
    if (!asked.has(subject)) damage(work, 'question', 'a part is open that was not to be disclosed', stream, event);
};

/** Whom the opened parts are about. */
const openedIn = (event: EvidenceEvent): readonly string[] => {
  const seals = bodyOf(event)?.seals ?? [];
  return (event.parts ?? []).map(({ seal }) => seals[seal]?.subject ?? '');
};

/** Every paper that an event shown rests on has its stream in the pack. */
const checkLinks = (work: Work): void => {
  const there = new Set(work.evidence.streams.map(({ stream }) => stream));
  const all = work.evidence.streams.flatMap(({ stream, events }) => events.map((event) => ({ stream, event })));
  for (const { stream, event } of all)
    for (const paper of bodyOf(event)?.data.papers ?? [])
      if (!there.has(`paper-${paper}`)) damage(work, 'link', `paper ${paper} is missing`, stream, event);
};

/** The SHA-256 of a paper's file, where its part is opened. */
const digestOf = (received: EvidenceStream | undefined): string | undefined =>
  received?.events[0]?.parts
    ?.map(({ part }) => (part as { readonly sha256?: string }).sha256)
    .find((one) => one !== undefined);

const receiptOf = ({ streams }: Evidence, paper: string): EvidenceStream | undefined =>
  streams.find(({ stream }) => stream === `paper-${paper}`);

/** Papers that are held and not disclosed: each is proven to have been received, none is given. */
const checkHeld = (work: Work): readonly HeldPaper[] =>
  (work.evidence.held ?? []).flatMap((paper) => {
    const received = receiptOf(work.evidence, paper);
    const h = received?.events[0]?.meta['h'];
    if (h === undefined) damage(work, 'held', `paper ${paper} is said to be held, its record is not here`);
    if (work.evidence.papers.includes(paper))
      damage(work, 'held', `paper ${paper} is said to be held, and given as well`);
    const digest = digestOf(received);
    return h === undefined ? [] : [{ paper, h, ...(digest !== undefined && { sha256: digest }) }];
  });

const checkHeads = async (work: Work): Promise<SealedHeads> => {
  const { heads, basis } = work.evidence;
  const stream = `ledger-${basis.log}`;
  await checkEvent(work, stream, heads);
  const { data } = JSON.parse(heads.body ?? '{"data":{}}') as { readonly data: SealedHeads };
  if (heads.type !== 'HeadsSealed' || !(data.entries <= heads.index))
    damage(work, 'complete', 'the heads are not sealed by the log', stream, heads);
  return data;
};

/**
 * Verifies what a pack holds. `trusted` are verifier keys that the inspector brought; without any those inside are
 * used, and the doubt is told.
 */
export const verifyEvidence = async (
  evidence: Evidence,
  trusted: readonly string[] = [],
): Promise<PackVerification> => {
  const { treeSize: size, root } = evidence.basis;
  const work: Work = { evidence, damages: [], doubts: [], size, root, sids: new Map() };
  if ((evidence.format as string) !== 'jiandang/pack/1') damage(work, 'form', 'this is not a pack of format 1');
  const witnesses = await checkCheckpoint(work, trusted);
  const sealed = await checkHeads(work);
  for (const stream of evidence.streams) {
    await checkStream(work, stream);
    await checkComplete(work, stream, sealed);
  }
  checkQuestion(work);
  checkLinks(work);
  const held = checkHeld(work);
  const events = evidence.streams.flatMap((one) => one.events);
  return {
    sound: work.damages.length === 0,
    damages: work.damages,
    doubts: [...new Set(work.doubts)],
    witnesses,
    basis: evidence.basis,
    entries: sealed.entries,
    streams: evidence.streams.length,
    events: events.length,
    opened: events.reduce((sum, { parts }) => sum + (parts?.length ?? 0), 0),
    held,
  };
};

/** Papers of the pack against the digests that were sealed when they came. */
export const verifyPapers = async (
  evidence: Evidence,
  files: ReadonlyMap<string, Uint8Array>,
): Promise<readonly PackDamage[]> => {
  const damages: PackDamage[] = [];
  for (const name of evidence.papers) {
    const stream = `paper-${name}`;
    const bytes = files.get(`papers/${name}`);
    if (!bytes) damages.push({ kind: 'paper', stream, detail: 'the file is missing' });
    else if (hex(await sha256(bytes)) !== digestOf(receiptOf(evidence, name)))
      damages.push({ kind: 'paper', stream, detail: 'the file has another hash' });
  }
  return damages;
};
