import { setTimeout as sleep } from 'node:timers/promises';
import type { Projector } from '@kernel/read-models';

/** Milliseconds for which the building of views is looked at, to say how long it takes. */
const MEASURED = 1000;

export interface Building {
  readonly projector: Pick<Projector, 'lag'>;
  readonly caughtUp: () => Promise<void>;
  /** Tells the operator. */
  readonly note: (words: string) => void;
}

/**
 * Waits until the views are built. Where more events are to be folded than `patience` allows, over all views, it says
 * how long that takes and comes back: they are built meanwhile.
 */
export const builtWithin = async (patience: number, { projector, caughtUp, note }: Building): Promise<void> => {
  const left = async (): Promise<number> => (await projector.lag()).reduce((sum, { events }) => sum + events, 0);
  const before = await left();
  if (before > patience) await sleep(MEASURED);
  const now = before > patience ? await left() : before;
  if (now <= patience) {
    await caughtUp();
    return;
  }
  const minutes = String(Math.ceil((now * MEASURED) / Math.max(1, before - now) / 60_000));
  note(`正在重建视图,约需 ${minutes} 分钟;系统已开始应答,尚未建好的列表会请您稍后再查`);
  note(`the views are being built anew, about ${minutes} minutes; lists that are not there yet say so meanwhile`);
  void caughtUp().then(
    () => {
      note('视图已建好 the views are built');
    },
    () => undefined,
  );
};
