type Child = Node | string;
export type Words = readonly [zh: string, en: string];

export const el = <K extends keyof HTMLElementTagNameMap>(
  tag: K,
  props: Partial<HTMLElementTagNameMap[K]> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] => {
  const node = Object.assign(document.createElement(tag), props);
  node.append(...children);
  return node;
};

/** Both languages stand in the page; its style shows one. */
export const both = (...[zh, en]: Words): readonly HTMLElement[] => [
  el('span', { className: 'zh', textContent: zh }),
  el('span', { className: 'en', textContent: en }),
];

export const found = <T extends HTMLElement>(id: string, kind: new () => T): T => {
  const node = document.getElementById(id);
  if (node instanceof kind) return node;
  throw new Error(`the page has no ${id}`);
};
