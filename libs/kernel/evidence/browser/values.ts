import { both, el } from './elements';
import { codeLabel, isGiven, isHeld, labelOf, personOf } from './pack';

export const HELD = ['持有,未披露', 'held, not disclosed'] as const;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const HOURS = 8 * 3_600_000;

/** The clock of Shanghai, to the minute. */
export const local = (utc: string): string =>
  new Date(Date.parse(utc) + HOURS).toISOString().slice(0, 16).replace('T', ' ');

const start = (id: string): string => `${id.slice(0, 8)}…`;

const identified = (id: string): HTMLElement => {
  if (isGiven(id)) return el('a', { href: `papers/${id}`, textContent: start(id), title: id });
  if (isHeld(id)) return el('span', { title: id }, el('code', { textContent: `${start(id)} ` }), ...both(...HELD));
  return el('code', { textContent: personOf(id) ?? start(id), title: id });
};

const listed = (field: string, values: readonly unknown[]): HTMLElement =>
  isObject(values[0])
    ? el('ul', {}, ...values.map((one) => el('li', {}, pairs(one as object))))
    : el('span', {}, ...values.flatMap((one, at) => [...(at === 0 ? [] : ['、']), shown(field, one)]));

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

const shown = (field: string, value: unknown): HTMLElement => {
  if (Array.isArray(value)) return listed(field, value);
  if (isObject(value)) return pairs(value);
  if (typeof value === 'number' && /Fen$|^fen$/.test(field))
    return el('span', { textContent: `${(value / 100).toFixed(2)} 元`, title: `${String(value)} fen` });
  if (typeof value === 'boolean') return el('span', {}, ...(value ? both('是', 'yes') : both('否', 'no')));
  if (typeof value === 'string' && UUID.test(value)) return identified(value);
  return el('span', { textContent: codeLabel(field, value) });
};

const isWide = (value: unknown): boolean => isObject(value) && (!Array.isArray(value) || isObject(value[0]));

/** Field by field, with its label. */
export const pairs = (object: object): HTMLElement =>
  el(
    'dl',
    {},
    ...Object.entries(object).map(([key, value]: [string, unknown]) =>
      el(
        'div',
        { className: isWide(value) ? 'wide' : '' },
        el('dt', { textContent: labelOf(key), title: key }),
        el('dd', {}, shown(key, value)),
      ),
    ),
  );
