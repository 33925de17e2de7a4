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
  const wanted = (seal: Seal): boolean => opens === 'all' || opens.includes(seal.class);
  const bodies = events.map(({ body }) => JSON.parse(body) as Body);
  const secrets = await secretsOf(context, events, bodies, wanted);
  return events.map((event, index) => {
    const { data, seals } = bodies[index]!;
    const meta = factMetaOf(event);
    const type = tableOf(event.stream.slice(0, event.stream.indexOf('-')))?.types.get(event.type);
    if (!type)
      throw new UnknownEventType(`${event.stream} revision ${String(event.revision)}: unknown event ${event.type}`);
    const parts = seals.map((seal, at) =>
      openedPart(context.log, event, { seal, box: event.boxes[at] }, secrets, wanted(seal)),
    );
    return { meta, data: type.whole(meta.schema, data, parts, meta.subject) };
  });
};

type Secrets = ReadonlyMap<string, Buffer | undefined>;

const secretsOf = async (
  { keys }: SealingContext,
  events: readonly Pick<StoredEvent, 'boxes'>[],
  bodies: readonly Body[],
  wanted: (seal: Seal) => boolean,
): Promise<Secrets> => {
  const ids = new Set<string>();
  events.forEach(({ boxes }, index) => {
    bodies[index]?.seals.forEach((seal, at) => {
      const key = boxes[at]?.key;
      if (key !== undefined && wanted(seal)) ids.add(key);
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
  wanted = true,
): OpenedPart => {
  const named = { ...(seal.at !== undefined && { at: seal.at }), class: seal.class, subject: seal.subject };
  const secret = wanted && box?.key !== undefined ? secrets.get(box.key) : undefined;
  if (secret === undefined || box === undefined) return { ...named, part: Erased.value };
  try {
    return { ...named, part: openBox(log, event.id, seal, box, secret).part };
  } catch (error) {
    if (!(error instanceof OpeningError)) throw error;
    throw new OpeningError(error.kind, `${event.stream} revision ${String(event.revision)}`);
  }
};

const OPTIONAL = { post: 'post', org: 'org', reason: 'reason', basis: 'basis', validFrom: 'validFrom', validTo: 'validTo', $correlationId: 'case', $causationId: 'causation' } as const; // prettier-ignore

/** What folds may know of a stored event beside its data. */
export const factMetaOf = ({
  stream,
  revision,
  id,
  type,
  meta,
}: Pick<NewEvent, 'stream' | 'revision' | 'id' | 'type' | 'meta'>): FactMeta => {
  const optional: Record<string, string> = {};
  for (const [key, name] of Object.entries(OPTIONAL)) if (meta[key] !== undefined) optional[name] = meta[key];
  return {
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
    ...optional,
  };
};
