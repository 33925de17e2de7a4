import { labelOf } from '@domain/code-lists/contract';
import { defineRejections, type Act } from '@kernel/sourcing';
import type { PaperState } from './paper';

const refuse = defineRejections({
  'paper/kind-missing': {
    zh: ['缺少材料:{label}', '请先上传该类材料,并在本步骤中引用其编号'],
    en: ['A paper of the kind "{kind}" is missing', 'Upload it first and name its id in this step'],
  },
});

/** Refuses a step unless one of its papers is of each kind that the rule demands. */
export const needsPaper = (act: Act, papers: readonly string[], ...kinds: readonly string[]): void => {
  const there = new Set(papers.map((id) => act.referred<PaperState>(id).kind));
  for (const kind of kinds)
    if (!there.has(kind)) throw refuse('paper/kind-missing', { kind, label: labelOf('paper', kind)[0] });
};
