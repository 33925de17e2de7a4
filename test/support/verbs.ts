import type { Settings } from '@system/settings';
import type { Context } from '../../apps/cli/src/context';
import { outputOf } from '../../apps/cli/src/output';

/** Runs a verb of the CLI on a folder: its exit code, and what it answers. */
export const runVerb = async (
  settings: Settings,
  verb: (context: Context) => Promise<number>,
): Promise<{ readonly exit: number; readonly said: object }> => {
  let said: object = {};
  const answer = (result: object): void => {
    said = result;
  };
  const exit = await verb({ settings, output: { ...outputOf(true), answer } });
  return { exit, said };
};
