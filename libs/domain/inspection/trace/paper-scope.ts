import { isCollective } from '@domain/codes/contract';
import { defineRejections } from '@kernel/sourcing';
import type { TracedEvent, Tracing, Wanted } from './tracing';

defineRejections({
  'paper/of-many': {
    zh: [
      '该材料涉及多户,其文件只向辖区覆盖其全部的岗位开放',
      '此处可见其类别、日期、经办人与哈希;需要原件请向接收该材料的单位调阅',
    ],
    en: [
      'This paper speaks of many households: its file is opened only to posts whose area covers all of it',
      'Its kind, day, official and hash are shown; ask the office that received it for the file',
    ],
  },
});

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
