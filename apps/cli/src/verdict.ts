import { FileDamaged } from '@kernel/ledger/adapters/file-check';
import { failed, type Context } from './context';
import { EXIT, type Output } from './output';

/**
 * Ends a verification that could not be done to its end: with the damage that stopped it, or with why nothing can be
 * said.
 */
export const verdictOn = (error: unknown, output: Output): number => {
  if (error instanceof FileDamaged) {
    const { damages } = error;
    const words = damages.map(({ id, detail }) => `  ${id}  ${detail ?? ''}`);
    output.answer({ sound: false, damages }, ['发现损坏 DAMAGED: 文件不可读 files that cannot be read', ...words]);
    return EXIT.finding;
  }
  const words = error instanceof Error ? error.message : String(error);
  output.answer({ sound: false, error: words }, [`未能核验 NOT VERIFIED: ${words}`]);
  return failed(error);
};

/** A verification always answers: sound, what was found, or why it could not run. */
export const withVerdict = async (
  { output }: Pick<Context, 'output'>,
  work: () => Promise<number>,
): Promise<number> => {
  try {
    return await work();
  } catch (error) {
    return verdictOn(error, output);
  }
};
