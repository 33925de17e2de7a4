import { isCollective } from '@domain/code-lists/contract';
import type { TracedEvent, Tracing, Wanted } from './tracing';

/** Acts that name a paper, its own receipt among them. */
export const actsOn = (paper: string): Wanted => [
  { field: 'papers', value: paper },
  { field: 'basis', value: paper },
];

/** Receipt and inspection of a paper widen nothing: they say nothing of whom it speaks. */
const SILENT = /^(paper|inspection)-/;

/** Whether a paper speaks of more than what lies within: by its kind, or because an act elsewhere rests on it too. */
export const speaksOfOthers = async (
  tracing: Tracing,
  { id, kind }: { readonly id: string; readonly kind: string },
  { within, treeSize }: { readonly within: (act: TracedEvent) => boolean; readonly treeSize?: number },
): Promise<boolean> => {
  if (isCollective(kind)) return true;
  const { items } = await tracing.find(actsOn(id), {
    limit: 1,
    visible: (act) => !SILENT.test(act.stream) && !within(act),
    ...(treeSize !== undefined && { treeSize }),
  });
  return items.length > 0;
};
