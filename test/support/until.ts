import { setTimeout as pause } from 'node:timers/promises';

type Held<T> = T | false | undefined;

/** Asks again until it holds and answers what held; fails in words when it does not come to that in time. */
export const until = async <T>(
  what: string,
  holds: () => Held<T> | Promise<Held<T>>,
  { within = 20_000, every = 10 }: { readonly within?: number; readonly every?: number } = {},
): Promise<T> => {
  for (const end = Date.now() + within; ;) {
    const held = await holds();
    if (held !== undefined && held !== false) return held;
    if (Date.now() > end) throw new Error(`it did not come to that in ${String(within)} ms: ${what}`);
    await pause(every);
  }
};
