import { contextOf, failed, type Context, type Options } from './context';
import { EXIT, outputOf } from './output';
import { verdictOn } from './verdict';

/** Milliseconds in which what still runs may end by itself once a verb has answered. */
const LINGER = 5000;
const UNSETTLED = '中途停止,没有结论 it stopped on the way: there is no result';

/**
 * Runs a verb and leaves with its exit code: 0 fine, 1 finding or refusal, 2 could not run. Nothing that runs on keeps
 * it from ending, and it never ends as if all were well before the verb has said so.
 */
export const run = async (
  options: Options,
  work: (context: Context) => Promise<number>,
  { verifies = false } = {},
): Promise<void> => {
  const output = outputOf(options.json ?? false);
  let settled = false;
  const end = (code: number): void => {
    settled = true;
    process.exitCode = code;
    setTimeout(() => process.exit(code), LINGER).unref();
  };
  process.once('exit', () => {
    if (settled) return;
    output.answer({ ...(verifies && { sound: false }), error: UNSETTLED }, [UNSETTLED]);
    process.exitCode = EXIT.failed;
  });
  process.on('uncaughtException', (error) => {
    const code = failed(error);
    if (!settled) process.exit(code);
  });
  try {
    end(await work(contextOf(options)));
  } catch (error) {
    end(verifies ? verdictOn(error, output) : failed(error));
  }
};
