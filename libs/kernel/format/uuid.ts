import { randomFillSync } from 'node:crypto';
import { v5 } from 'uuid';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

export const isUuid = (text: string): boolean => UUID.test(text);

/** UUIDv5 (RFC 9562) of a label under a UUID: streams born of an effect, singletons, command ids of effects. */
export const derivedUuid = (namespace: string, label: string): string => v5(label, namespace);

const pool = Buffer.alloc(16 * 256);
let used = pool.length;
let lastTime = 0;
let counter = 0;

/**
 * UUIDv7 (RFC 9562, method 1): ascending within this process, also within one millisecond and when the clock steps
 * back.
 */
export const newUuid = (now: number = Date.now()): string => {
  if (now > lastTime) {
    lastTime = now;
    counter = 0;
  } else if (++counter > 0xfff) {
    lastTime++;
    counter = 0;
  }
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const random = pool.toString('hex', used, used + 8);
  used += 16;
  const time = lastTime.toString(16).padStart(12, '0');
  const variant = ((Number.parseInt(random[0] ?? '0', 16) & 3) | 8).toString(16);
  const count = counter.toString(16).padStart(3, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${count}-${variant}${random.slice(1, 4)}-${random.slice(4, 16)}`;
};
