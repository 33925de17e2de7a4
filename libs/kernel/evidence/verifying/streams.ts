import type { EvidenceEvent, EvidenceStream, NamedHead } from '../evidence';
import { climb, hashText, hmac, J, join, leafOf, uint64, unhex } from './primitives';
import { bodyOf, damage, type Work } from './work';

const ZERO = '0'.repeat(64);

/** What `HeadsSealed` says: which event was the last of every stream, up to how many entries. */
export interface SealedHeads {
  readonly entries: number;
  readonly root: string;
  readonly streams: number;
}

const sidOf = async (work: Work, stream: string): Promise<string> => {
  const known = work.sids.get(stream) ?? (await hashText(`jiandang/1/stream\n${work.evidence.basis.log}\n${stream}`));
  work.sids.set(stream, known);
  return known;
};

const bodyHashOf = (event: EvidenceEvent): Promise<string | undefined> =>
  event.body === undefined ? Promise.resolve(event.bodyHash) : hashText(`jiandang/1/body\n${event.body}`);

/** One event: its hash over what is shown, its signatures, its place in the tree, its opened parts. */
export const checkEvent = async (work: Work, stream: string, event: EvidenceEvent): Promise<void> => {
  const { h, ...meta } = event.meta;
  const { id, rev, type } = event;
  if (event.body !== undefined && J(JSON.parse(event.body)) !== event.body)
    damage(work, 'form', 'the body is not canonical', stream, event);
  if (event.body !== undefined && event.bodyHash !== undefined)
    damage(work, 'form', 'a body and its hash at once', stream, event);
  const head = { body: await bodyHashOf(event), id, log: work.evidence.basis.log, meta, rev, stream, type };
  if ((await hashText(`jiandang/1/event\n${J(head)}`)) !== h)
    damage(work, 'hash', 'body or head does not hash to h', stream, event);
  if (event.sigs && (await hashText(`jiandang/1/sigs\n${J(event.sigs)}`)) !== meta['sig'])
    damage(work, 'signature', 'the signatures are not those of the event', stream, event);
  const entry = join([1], unhex(await sidOf(work, stream)), uint64(rev), unhex(h ?? ''));
  const root = await climb(await leafOf(entry), event.index, work.size, event.path);
  if (root !== work.root) damage(work, 'inclusion', 'the ledger does not hold this event at its place', stream, event);
  for (const part of event.parts ?? []) await checkPart(work, stream, event, part);
};

/** An opened part against the seal that the hash covers. */
const checkPart = async (
  work: Work,
  stream: string,
  event: EvidenceEvent,
  { seal, part, salt }: NonNullable<EvidenceEvent['parts']>[number],
): Promise<void> => {
  const sealed = bodyOf(event)?.seals[seal];
  if (!sealed) {
    damage(work, 'seal', `there is no seal ${String(seal)}`, stream, event);
    return;
  }
  const { c, ...named } = sealed;
  if ((await hmac(unhex(salt), `jiandang/1/seal\n${J({ ...named, id: event.id, part })}`)) !== c)
    damage(work, 'seal', `the opened part is not what was sealed (${named.class})`, stream, event);
};

/** Events 0…rev without gap, each naming the one before. */
export const checkStream = async (work: Work, { stream, events }: EvidenceStream): Promise<void> => {
  let [rev, h, index] = [-1, ZERO, -1];
  for (const event of events) {
    if (event.rev !== rev + 1)
      damage(work, 'revision', `revision ${String(event.rev)} follows ${String(rev)}`, stream, event);
    if (event.meta['prev'] !== h) damage(work, 'chain', 'prev is not the hash of the revision before', stream, event);
    if (event.index <= index) damage(work, 'inclusion', 'the ledger holds it before its predecessor', stream, event);
    await checkEvent(work, stream, event);
    [rev, h, index] = [event.rev, event.meta['h'] ?? '', event.index];
  }
};

const isHead = async ({ sid, rev, h, index, path }: NamedHead, sealed: SealedHeads): Promise<boolean> =>
  (await climb(await leafOf(join(unhex(sid), uint64(rev), unhex(h))), index, sealed.streams, path)) === sealed.root;

/** The pack holds all events of a stream, or the stream is not there. */
export const checkComplete = async (work: Work, one: EvidenceStream, sealed: SealedHeads): Promise<void> => {
  const { stream, events, head } = one;
  const sid = await sidOf(work, stream);
  const last = events.at(-1);
  if (!last) {
    if (!one.absence || !(await isAbsent(sid, one.absence, sealed)))
      damage(work, 'complete', 'it is not proven that the stream is not there', stream);
    return;
  }
  if (!head || !(await isHead({ sid, rev: last.rev, h: last.meta['h'] ?? '', ...head }, sealed)))
    damage(work, 'complete', 'the last event shown is not proven to be the last', stream, last);
  if (events.some(({ index }) => index >= sealed.entries))
    damage(work, 'complete', 'an event lies behind the sealed heads', stream);
};

interface Between {
  readonly index: number;
  readonly sid: string;
}

/** The heads between which the stream would stand are neighbours. */
const isAbsent = async (
  sid: string,
  { before, after }: NonNullable<EvidenceStream['absence']>,
  sealed: SealedHeads,
): Promise<boolean> => {
  const low: Between = before ?? { index: -1, sid: '' };
  const high: Between = after ?? { index: sealed.streams, sid: '~' };
  if (low.index + 1 !== high.index || low.sid >= sid || high.sid <= sid) return false;
  for (const head of [before, after]) if (head && !(await isHead(head, sealed))) return false;
  return true;
};
