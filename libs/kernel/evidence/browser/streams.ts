import type { EvidenceEvent, EvidenceStream, PackDamage } from '../evidence';
import { both, el, type Words } from './elements';
import { eventLabel, isHeld, openedOf, personOf, titleOf } from './pack';
import { HELD, local, pairs } from './values';

const KINDS: Readonly<Record<string, Words>> = {
  household: ['本户', 'Household'],
  paper: ['材料', 'Paper'],
  notice: ['公示', 'Notice'],
  meeting: ['会议', 'Meeting'],
  account: ['经办人', 'Official'],
  reorganisation: ['迁转', 'Transfer'],
};
const COLUMNS: readonly Words[] = [
  ['版', 'Rev'],
  ['发生 / 记录', 'Happened / recorded'],
  ['事项', 'What'],
  ['经办', 'By'],
  ['哈希', 'Hash'],
];

const told = (event: EvidenceEvent): readonly HTMLElement[] => {
  const closed = (zh: string, en: string): HTMLElement => el('p', { className: 'closed' }, ...both(zh, en));
  if (event.body === undefined) return [closed('内容未公开(哈希在案)', 'body withheld, its hash stays')];
  const opened = openedOf(event);
  const count = String(opened.closed);
  const rest = closed(`未公开的个人信息 ${count} 项(封签在案)`, `${count} closed parts, their seals stay`);
  return [pairs(opened.data), ...(opened.closed > 0 ? [rest] : [])];
};

const faultRow = ({ kind, detail }: PackDamage): HTMLElement =>
  el('p', { className: 'fault', textContent: `${kind}: ${detail}` });

const row = (event: EvidenceEvent, faults: readonly PackDamage[]): HTMLElement => {
  const { actor = '', h = '', recordedAt = '', validFrom = '' } = event.meta;
  return el(
    'tr',
    { className: faults.length > 0 ? 'bad' : '' },
    el('td', { textContent: String(event.rev) }),
    el('td', {}, el('div', { textContent: validFrom }), el('small', { textContent: local(recordedAt) })),
    el(
      'td',
      {},
      el('b', { textContent: eventLabel(event.type) }),
      el('small', { textContent: ` ${event.type}` }),
      ...told(event),
      ...faults.map(faultRow),
    ),
    el('td', { textContent: personOf(actor) ?? actor, title: actor }),
    el('td', {}, el('code', { textContent: `${h.slice(0, 12)}…`, title: h })),
  );
};

const tableOf = (events: readonly EvidenceEvent[], faultsOf: (event: EvidenceEvent) => readonly PackDamage[]) =>
  events.length === 0
    ? el('p', {}, ...both('账本证明:没有这一档案', 'Proven: there is no such record'))
    : el(
        'table',
        {},
        el('thead', {}, el('tr', {}, ...COLUMNS.map((words) => el('th', {}, ...both(...words))))),
        el('tbody', {}, ...events.map((event) => row(event, faultsOf(event)))),
      );

/** A stream of the pack, with what is wrong with it. */
export const section = ({ stream, events }: EvidenceStream, damages: readonly PackDamage[]): HTMLElement => {
  const [category = ''] = stream.split('-');
  const isHousehold = category === 'household';
  const faults = damages.filter((one) => one.stream === stream);
  const title = isHousehold ? undefined : titleOf(events);
  const count = String(events.length);
  const kind: Words = KINDS[category] ?? [stream, stream];
  return el(
    'details',
    { open: isHousehold },
    el(
      'summary',
      {},
      ...both(...kind),
      title === undefined ? '' : ` ${title}`,
      el('code', { textContent: ` ${stream}` }),
      ' ',
      ...(isHeld(stream.slice('paper-'.length)) ? [...both(...HELD), ' '] : []),
      ...both(`${count} 个事件`, `${count} events`),
    ),
    ...faults.filter(({ revision }) => revision === undefined).map(faultRow),
    tableOf(events, ({ rev }) => faults.filter(({ revision }) => revision === rev)),
  );
};
