/** The part of the pack's page that shows; what verifies is verify-pack.cjs. Plain browser script, no dependency. */
export const PAGE_SCRIPT = `
const evidence = JSON.parse(document.getElementById('evidence').textContent);
const { verifyEvidence, verifyPapers } = module.exports;
const el = (tag, props = {}, ...children) => { const node = Object.assign(document.createElement(tag), props); node.append(...children); return node; };
const both = (zh, en) => [el('span', { className: 'zh', textContent: zh }), el('span', { className: 'en', textContent: en })];
const { words } = evidence;
const person = new Map();
for (const { stream, events } of evidence.streams) {
  if (!stream.startsWith('account-')) continue;
  for (const { parts = [] } of events) for (const { part } of parts) if (part.name) person.set(stream.slice(8), part.name);
}
for (const event of evidence.streams[0].events) {
  const { seals } = JSON.parse(event.body ?? '{"seals":[]}');
  for (const { seal, part } of event.parts ?? []) if (typeof part.name === 'string') person.set(seals[seal].subject, part.name);
}
const held = new Set(evidence.held ?? []);
const HELD = ['持有,未披露', 'held, not disclosed'];
const official = (id) => person.get(id) ?? id;
const label = (field) => words.fields[field] ?? field;
const UUID = /^[0-9a-f]{8}-[0-9a-f-]{27}$/;
const shown = (field, value) => {
  if (Array.isArray(value) && typeof value[0] === 'object') return el('ul', {}, ...value.map((one) => el('li', {}, pairs(one))));
  if (Array.isArray(value)) return el('span', {}, ...value.flatMap((one, at) => at === 0 ? [shown(field, one)] : ['、', shown(field, one)]));
  if (typeof value === 'object') return pairs(value);
  if (/Fen$|^fen$/.test(field) && typeof value === 'number') return el('span', { textContent: (value / 100).toFixed(2) + ' 元', title: value + ' fen' });
  if (typeof value === 'boolean') return el('span', {}, ...both(value ? '是' : '否', value ? 'yes' : 'no'));
  if (typeof value === 'string' && evidence.papers.includes(value)) return el('a', { href: 'papers/' + value, textContent: value.slice(0, 8) + '…', title: value });
  if (typeof value === 'string' && held.has(value)) return el('span', { title: value }, el('code', { textContent: value.slice(0, 8) + '… ' }), ...both(...HELD));
  if (typeof value === 'string' && UUID.test(value)) return el('code', { textContent: person.get(value) ?? value.slice(0, 8) + '…', title: value });
  return el('span', { textContent: words.codes[field]?.find(([code]) => code === value)?.[1] ?? String(value) });
};
const isWide = (value) => typeof value === 'object' && (!Array.isArray(value) || typeof value[0] === 'object');
const pairs = (object) => el('dl', {}, ...Object.entries(object).map(([key, value]) => el('div', { className: isWide(value) ? 'wide' : '' }, el('dt', { textContent: label(key), title: key }), el('dd', {}, shown(key, value)))));
const place = (data, at) => at === undefined ? data : at.slice(1).split('/').reduce((one, key) => one?.[key], data);
const whole = (event) => {
  const { data, seals } = JSON.parse(event.body);
  const opened = new Set();
  for (const { seal, part } of event.parts ?? []) { opened.add(seal); Object.assign(place(data, seals[seal].at) ?? {}, part); }
  return { data, closed: seals.filter((_, at) => !opened.has(at)) };
};
const local = (utc) => new Date(Date.parse(utc) + 8 * 3600000).toISOString().slice(0, 16).replace('T', ' ');
const row = (event, faults) => {
  const meta = event.meta;
  const what = el('td', {}, el('b', { textContent: words.events[event.type] ?? event.type }), el('small', { textContent: ' ' + event.type }));
  if (event.body === undefined) what.append(el('p', { className: 'closed' }, ...both('内容未公开(哈希在案)', 'body withheld, its hash stays')));
  else {
    const { data, closed } = whole(event);
    what.append(pairs(data));
    if (closed.length > 0) what.append(el('p', { className: 'closed' }, ...both('未公开的个人信息 ' + closed.length + ' 项(封签在案)', closed.length + ' closed parts, their seals stay')));
  }
  for (const { kind, detail } of faults) what.append(el('p', { className: 'fault', textContent: kind + ': ' + detail }));
  return el('tr', { className: faults.length > 0 ? 'bad' : '' },
    el('td', { textContent: String(event.rev) }),
    el('td', {}, el('div', { textContent: meta.validFrom ?? '' }), el('small', { textContent: local(meta.recordedAt) })),
    what,
    el('td', { textContent: official(meta.actor), title: meta.actor }),
    el('td', {}, el('code', { textContent: meta.h.slice(0, 12) + '…', title: meta.h })));
};
const KINDS = { household: ['本户', 'Household'], paper: ['材料', 'Paper'], notice: ['公示', 'Notice'], meeting: ['会议', 'Meeting'], account: ['经办人', 'Official'], reorganisation: ['迁转', 'Transfer'] };
const section = ({ stream, events }, faults) => {
  const kind = KINDS[stream.slice(0, stream.indexOf('-'))] ?? [stream, stream];
  const of = (event) => faults.filter((one) => one.stream === stream && one.revision === event?.rev);
  const head = el('tr', {}, ...[['版', 'Rev'], ['发生 / 记录', 'Happened / recorded'], ['事项', 'What'], ['经办', 'By'], ['哈希', 'Hash']].map(([zh, en]) => el('th', {}, ...both(zh, en))));
  const table = events.length === 0 ? el('p', {}, ...both('账本证明:没有这一档案', 'Proven: there is no such record')) : el('table', {}, el('thead', {}, head), el('tbody', {}, ...events.map((event) => row(event, of(event)))));
  const named = events.flatMap(({ parts = [] }) => parts).find(({ part }) => typeof part.name === 'string')?.part.name;
  const title = el('summary', {}, ...both(kind[0], kind[1]), named && !stream.startsWith('household-') ? ' ' + named : '', el('code', { textContent: ' ' + stream }), ' ', ...(held.has(stream.slice(6)) ? [...both(...HELD), ' '] : []), ...both(events.length + ' 个事件', events.length + ' events'));
  return el('details', { open: stream.startsWith('household-') }, title, ...of(undefined).map(({ kind: name, detail }) => el('p', { className: 'fault', textContent: name + ': ' + detail })), table);
};
const DOUBTS = { 'keys-of-pack': ['公钥取自包内:请用自备公钥复核(见 README)', 'the public key came from this pack: check again with one of your own (README)'], 'no-ed25519': ['本浏览器不能检验 Ed25519 签名:签名未检验,请用核验程序或新版浏览器', 'this browser cannot check Ed25519: the signature is NOT checked, use the verifier or a newer browser'] };
const verdict = document.getElementById('verdict');
const show = (result) => {
  const unsigned = result.doubts.includes('no-ed25519');
  verdict.className = result.sound ? (unsigned ? 'part' : 'sound') : 'broken';
  verdict.replaceChildren(el('strong', {}, ...(result.sound ? (unsigned ? both('除签名外核验无误', 'Sound, except the signature: not checked') : both('核验无误', 'Verified')) : both('发现 ' + result.damages.length + ' 处不符', result.damages.length + ' damages found'))),
    el('p', {}, ...both('共 ' + result.events + ' 个事件,公开个人信息 ' + result.opened + ' 项;截至账本第 ' + result.entries + ' 条,本户历史完整。', result.events + ' events, ' + result.opened + ' opened parts; complete up to ledger entry ' + result.entries + '.')),
    ...(result.held.length > 0 ? [el('p', {}, ...both(HELD[0] + ':' + result.held.length + ' 份材料还涉及他人,由经办单位保存,包内只有其哈希。', HELD[1] + ': ' + result.held.length + ' papers speak of others too; the office keeps them, the pack holds their hashes.')), ...result.held.map(({ paper, h, sha256 }) => el('p', { className: 'closed' }, paper + ' ', el('code', { textContent: sha256 === undefined ? 'h ' + h : 'SHA-256 ' + sha256 })))] : []),
    ...result.witnesses.map(({ name, at }) => el('p', {}, ...both('见证 ' + name + ' 于 ' + local(at), 'witnessed by ' + name + ' at ' + at))),
    ...result.doubts.map((doubt) => el('p', { className: 'doubt' }, ...both(...DOUBTS[doubt]))),
    ...result.damages.map(({ kind, detail, stream, revision, file }) => el('p', { className: 'fault', textContent: [kind, stream ?? file, revision === undefined ? undefined : '#' + revision, detail].filter(Boolean).join('  ') })));
  document.getElementById('streams').replaceChildren(...evidence.streams.map((one) => section(one, result.damages)));
  document.body.dataset.verdict = result.sound ? 'sound' : 'broken';
};
const keys = document.getElementById('keys');
const files = document.getElementById('files');
const run = async () => {
  verdict.className = ''; verdict.textContent = '正在核验 verifying …';
  const trusted = keys.value.split('\\n').map((line) => line.trim()).filter(Boolean);
  let result;
  try { result = await verifyEvidence(evidence, trusted); } catch (error) { result = { sound: false, damages: [{ kind: 'form', detail: String(error) }], doubts: [], witnesses: [], held: [], events: 0, opened: 0, entries: 0 }; }
  if (files.files.length > 0) {
    const held = new Map(await Promise.all([...files.files].map(async (file) => ['papers/' + file.name, new Uint8Array(await file.arrayBuffer())])));
    const damages = [...result.damages, ...(await verifyPapers(evidence, held))];
    result = { ...result, damages, sound: damages.length === 0 };
  }
  show(result);
  document.body.dataset.papers = files.files.length > 0 ? 'checked' : 'open';
};
document.getElementById('check').addEventListener('click', run);
files.addEventListener('change', run);
document.getElementById('language').addEventListener('click', () => { document.documentElement.lang = document.documentElement.lang === 'en' ? 'zh-CN' : 'en'; });
document.getElementById('papers').hidden = evidence.papers.length === 0;
run();
`;
