import { openBox, OpeningError, type Box, type PersonalClass, type Seal, type ValueObject } from '@kernel/format';
import type { NewEvent, StoredEvent } from '@kernel/event-store';
import { Erased, type EventTable, type FactMeta, type OpenedFact, type OpenedPart } from '@kernel/sourcing';
import type { SealingContext } from './sealing';

interface Body {
  readonly data: ValueObject;
  readonly seals: readonly Seal[];
}

/** An event whose type no table knows: it was written by a newer version. */
export class UnknownEventType extends Error {
  override readonly name = 'UnknownEventType';
}

/**
 * Opens stored events: boxes are opened and checked against their seals, parts merged by `at`, old versions lifted.
 * A part whose key or box is gone, or whose class is not asked for, folds as `Erased`.
 * @throws OpeningError, UnknownEventType
 */
export const openEvents = async (
  context: SealingContext,
  tableOf: (category: string) => EventTable | undefined,
  events: readonly Pick<StoredEvent, 'stream' | 'revision' | 'id' | 'type' | 'meta' | 'body' | 'boxes'>[],
  opens: readonly PersonalClass[] | 'all',
): Promise<readonly OpenedFact[]> => {
  const wanted = ({ class: of }: { readonly class: PersonalClass }): boolean => opens === 'all' || opens.includes(of);
  const fresh = events.map(({ id, meta }) => context.fresh?.of(id, meta['h']));
  const bodies = events.map(({ body }, index) => (fresh[index] ? undefined : (JSON.parse(body) as Body)));
  const secrets = await secretsOf(context, events, bodies, wanted);
  return events.map((event, index) => {
    const meta = factMetaOf(event);
    const type = tableOf(event.stream.slice(0, event.stream.indexOf('-')))?.types.get(event.type);
    if (!type)
      throw new UnknownEventType(`${event.stream} revision ${String(event.revision)}: unknown event ${event.type}`);
    const { data, seals } = bodies[index] ?? { data: fresh[index]!.data, seals: [] };
    const parts =
      fresh[index]?.parts.map((part) => (wanted(part) ? part : { ...part, part: Erased.value })) ??
      seals.map((seal, at) =>
        openedPart(context.log, event, { seal, box: wanted(seal) ? event.boxes[at] : undefined }, secrets),
      );
    return { meta, data: type.whole(meta.schema, data, parts, meta.subject) };
  });
};

type Secrets = ReadonlyMap<string, Buffer | undefined>;

const secretsOf = async (
  { keys }: SealingContext,
  events: readonly Pick<StoredEvent, 'boxes'>[],
  bodies: readonly (Body | undefined)[],
  wanted: (seal: Seal) => boolean,
): Promise<Secrets> => {
  const ids = new Set<string>();
  events.forEach((event, index) => {
    bodies[index]?.seals.forEach((seal, at) => {
      const key = wanted(seal) ? event.boxes[at]?.key : undefined;
      if (key !== undefined) ids.add(key);
    });
  });
  if (ids.size === 0) return new Map();
  const list = [...ids];
  const found = await keys.secrets(list);
  return new Map(list.map((id, index) => [id, found[index]]));
};

const openedPart = (
  log: string,
  event: Pick<StoredEvent, 'id' | 'stream' | 'revision'>,
  { seal, box }: { seal: Seal; box: Box | undefined },
  secrets: Secrets,
): OpenedPart => {
  const named = { ...(seal.at !== undefined && { at: seal.at }), class: seal.class, subject: seal.subject };
  const secret = box?.key !== undefined ? secrets.get(box.key) : undefined;
  if (secret === undefined || box === undefined) return { ...named, part: Erased.value };
  try {
    return { ...named, part: openBox(log, event.id, seal, box, secret).part };
  } catch (error) {
    if (!(error instanceof OpeningError)) throw error;
    throw new OpeningError(error.kind, `${event.stream} revision ${String(event.revision)}`);
  }
};

/** Optional metadata: its key in the log, and its name in a fold. */
const OPTIONAL = Object.entries({
  post: 'post',
  org: 'org',
  reason: 'reason',
  basis: 'basis',
  validFrom: 'validFrom',
  validTo: 'validTo',
  $correlationId: 'case',
  $causationId: 'causation',
} as const);

/** What folds may know of a stored event beside its data. */
export const factMetaOf = ({
  stream,
  revision,
  id,
  type,
  meta,
}: Pick<NewEvent, 'stream' | 'revision' | 'id' | 'type' | 'meta'>): FactMeta => {
  const known: { -readonly [K in keyof FactMeta]: FactMeta[K] } = {
    id,
    type,
    stream,
    subject: stream.slice(stream.indexOf('-') + 1),
    revision,
    h: meta['h'] ?? '',
    schema: Number(meta['schema']),
    cmd: meta['cmd'] ?? '',
    actor: meta['actor'] ?? '',
    auth: meta['auth'] ?? '',
    via: meta['via'] ?? '',
    area: meta['area'] ?? '',
    recordedAt: meta['recordedAt'] ?? '',
  };
  for (const [key, name] of OPTIONAL) {
    const value = meta[key];
    if (value !== undefined) known[name] = value;
  }
  return known;
};
