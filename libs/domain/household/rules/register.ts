import type { Act } from '@kernel/sourcing';
import { refuse } from '../refusals';

/** What an import of the register says of itself to the households that it brings. */
interface ImportBatch {
  readonly status: string;
  /** Id of the event by which it started. */
  readonly started: string;
  readonly paper: string;
}

/**
 * A household of the old register comes with an import that is going on, is caused by its start, and rests on its
 * paper.
 */
export const mustBeImported = (batch: string, papers: readonly string[], act: Act): void => {
  const { status, started, paper } = act.referred<ImportBatch>(batch);
  const isCaused = act.via === 'import' && act.causation === started && papers.includes(paper);
  if (status !== 'started' || !isCaused) throw refuse('household/import-only');
};

/** The register reports an exit; that its procedure is not on record is a gap, never silence. */
export const mustShowGaps = (status: string, evidenceGaps: readonly string[]): void => {
  if (status !== 'poor' && !evidenceGaps.includes('exit-procedure'))
    throw refuse('household/exit-unproved', { status });
};
