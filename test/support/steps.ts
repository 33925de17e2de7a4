const EACH = 30_000;

/**
 * The tests of one story, each a step of it: whichever is called first, what it follows has been told before, once. So
 * none rests on the order of calls, and each can be run alone.
 */
export const steps = (): ((title: string, tell: () => unknown, timeout?: number) => void) => {
  let told: () => Promise<unknown> = () => Promise.resolve();
  let patience = 0;
  return (title, tell, timeout = EACH) => {
    const before = told;
    let once: Promise<unknown> | undefined;
    const run = (): Promise<unknown> => (once ??= before().then(tell));
    told = run;
    patience += timeout;
    it(
      title,
      async () => {
        await run();
      },
      patience,
    );
  };
};
