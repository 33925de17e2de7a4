import { bodyHash, bodyText, headHash, newUuid, ZERO_HASH, type Box, type ValueObject } from '@kernel/format';
import type { NewEvent } from '../event-store';

/** Chains events of one stream for tests: valid in every hash, without keys. */
export class SampleStream {
  readonly stream: string;
  #revision = -1;
  #h = ZERO_HASH;

  constructor(
    readonly log: string,
    category = 'household',
    readonly id = newUuid(),
  ) {
    this.stream = `${category}-${id}`;
  }

  get revision(): number {
    return this.#revision;
  }

  /** The next events; `bytes` fills each with a box of about that size. */
  next(
    count = 1,
    { type = 'VisitRecorded', bytes = 0, data = {} }: { type?: string; bytes?: number; data?: ValueObject } = {},
  ): NewEvent[] {
    return Array.from({ length: count }, () => this.#one(type, bytes, data));
  }

  #one(type: string, bytes: number, data: ValueObject): NewEvent {
    this.#revision += 1;
    const { stream } = this;
    const id = newUuid();
    const seals = bytes === 0 ? [] : [{ c: 'c'.repeat(64), class: 'social' as const, subject: this.id }];
    const boxes: Box[] = bytes === 0 ? [] : [{ alg: 'A256GCM', ct: 'A'.repeat(bytes), key: newUuid() }];
    const body = bodyText({ papers: [], step: this.#revision, ...data }, seals);
    const meta = {
      env: '1',
      schema: '1',
      cmd: newUuid(),
      actor: newUuid(),
      auth: 'pwd',
      area: '433124110226',
      via: 'web',
      recordedAt: '2026-11-23T08:00:00.000Z',
      prev: this.#h,
    };
    this.#h = headHash({ log: this.log, stream, revision: this.#revision, id, type, meta, body: bodyHash(body) });
    return { stream, revision: this.#revision, id, type, meta: { ...meta, h: this.#h }, body, boxes };
  }
}
