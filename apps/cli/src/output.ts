import type { NotFound } from '@kernel/commanding';
import { rejectionCatalogue, type Rejection } from '@kernel/sourcing';
import { SingleBar } from 'cli-progress';

/** How a verb ended: fine, a finding or refusal, or it could not run. */
export const EXIT = { fine: 0, finding: 1, failed: 2 } as const;

export interface Output {
  /** The answer of a verb: one JSON line with `--json`, else the words. */
  readonly answer: (result: object, words: readonly string[]) => void;
  readonly progress: (title: string, total?: number) => Progress;
  /** A word beside the answer, on standard error; nothing with `--json`. */
  readonly note: (words: string) => void;
}

export interface Progress {
  readonly to: (done: number, total?: number) => void;
  readonly end: () => void;
}

const PATIENCE = 2000;

/** A bar on standard error, shown once the work has taken two seconds. */
export const barAfterTwoSeconds = (title: string, total = 0): Progress => {
  const began = Date.now();
  const bar = new SingleBar({
    format: `${title} [{bar}] {value}/{total} {eta_formatted}`,
    stream: process.stderr,
    hideCursor: true,
  });
  let started = false;
  return {
    to: (done, of = total) => {
      if (!started && Date.now() - began > PATIENCE) {
        started = true;
        bar.start(of, done);
      }
      if (started) {
        bar.setTotal(Math.max(of, done));
        bar.update(done);
      }
    },
    end: () => {
      if (started) bar.stop();
    },
  };
};

const silent: Progress = { to: () => undefined, end: () => undefined };

export const outputOf = (json: boolean): Output => ({
  answer: (result, words) => {
    process.stdout.write(json ? `${JSON.stringify(result)}\n` : words.map((line) => `${line}\n`).join(''));
  },
  progress: json ? () => silent : barAfterTwoSeconds,
  note: json ? () => undefined : (words) => void process.stderr.write(`${words}\n`),
});

/** Answers a refusal in both languages; its exit code. */
export const refused = (output: Output, { code, details }: NotFound | Rejection): number => {
  const { zh = [], en = [] } = rejectionCatalogue().get(code) ?? {};
  const filled = (words: readonly string[]): string =>
    words.join('; ').replace(/\{(\w+)\}/g, (_, name: string) => String(details[name] ?? ''));
  output.answer({ code, details }, [filled(zh), filled(en)]);
  return EXIT.finding;
};
