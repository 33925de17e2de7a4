import { labelOf } from '@domain/code-lists/contract';
import type { Change } from '@kernel/read-models';
import { Erased } from '@kernel/sourcing';
import { listsByField } from '@system/words';

/** A value of the card as people read it: codes by their labels. */
export const shownValue = (field: string, value: unknown): string => {
  if (value === undefined) return '∅';
  if (value instanceof Erased) return '(已销毁 erased)';
  const list = listsByField().get(field.slice(field.lastIndexOf('.') + 1));
  const one = (item: unknown): string =>
    list && typeof item === 'string' ? labelOf(list, item)[0] : JSON.stringify(item);
  return Array.isArray(value) ? value.map(one).join('、') : one(value);
};

export const changeLine = ({ field, before, after }: Change): string =>
  `        ${field}: ${shownValue(field, before)} → ${shownValue(field, after)}`;
