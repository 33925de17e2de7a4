import type { Notary } from '../notary';

const escaped = (text: string): string => text.replace(/[&<>"]/g, (letter) => `&#${String(letter.charCodeAt(0))};`);

const HOUR = 3_600_000;

const ageOf = (at: string): readonly [zh: string, en: string] => {
  const hours = Math.floor((Date.now() - Date.parse(at)) / HOUR);
  const [count, zh, en] = hours < 48 ? [hours, '小时', 'hours'] : [Math.floor(hours / 24), '天', 'days'];
  return [`${String(count)} ${zh}前`, `${String(count)} ${en} ago`];
};

const row = (zh: string, en: string, value: string): string =>
  `<tr><th>${zh}<small>${en}</small></th><td>${value}</td></tr>`;

const outsideRow = async (notary: Notary): Promise<string> => {
  const copy = await notary.witnessing.newest();
  const nobody =
    '<strong class="bad">尚无</strong> 没有外部持有人,本单位自身无法自证 <small>nobody outside holds a checkpoint yet</small>';
  if (!copy) return row('最新外部留存', 'newest outside copy', nobody);
  const [zh, en] = ageOf(copy.at);
  const size = String(copy.size);
  const held = `${escaped(copy.by)}:${zh},到第 ${size} 条 <small>${en}, up to entry ${size}</small>`;
  return row('最新外部留存', 'newest outside copy', held);
};

const HEAD = `<!doctype html><html lang="zh-CN"><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>账本 Ledger</title>
<style>
body { font: 16px/1.6 system-ui, sans-serif; max-width: 48rem; margin: 2rem auto; padding: 0 1rem; color: #222; }
table { border-collapse: collapse; width: 100%; }
th, td { border-bottom: 1px solid #ddd; padding: .5rem; text-align: left; vertical-align: top; }
th { width: 9rem; }
small { color: #666; display: block; }
code { overflow-wrap: anywhere; }
.bad { color: #b00020; }
</style>
`;
const FOLLOW = `<p>检查点 <a href="checkpoint">checkpoint</a> · 历次检查点 <a href="checkpoints">checkpoints</a>
 · 外部共签 <a href="witnessed">witnessed</a></p>
<p>每一事件在账本中有一条 73 字节的条目,不含个人信息。任何人可用 <code>cli mirror</code> 跟随并复算。
<small>Every event has an entry of 73 bytes here, without personal data.
Anybody may follow and recompute it with <code>cli mirror</code>.</small></p>`;

/** How the ledger stands, for people: no script, no personal data. */
export const ledgerPage = async (notary: Notary): Promise<string> => {
  const [newest, status, outside] = await Promise.all([
    notary.ledger.newest(),
    notary.sealer.status(),
    outsideRow(notary),
  ]);
  const stopped = status.stopped
    ? `<p class="bad"><strong>封存已停止。</strong>${escaped(status.stopped.zh)}
<br><small>${escaped(status.stopped.en)}</small></p>`
    : '';
  const rows = [
    row('日志', 'origin', `<code>${escaped(newest?.origin ?? '–')}</code>`),
    row('已封存', 'sealed', `${String(newest?.size ?? 0)} 条 <small>entries</small>`),
    row('树根', 'root', `<code>${newest?.root.toString('hex') ?? '–'}</code>`),
    row('待封存', 'not sealed yet', `${String(status.lagEvents)} 条 <small>entries</small>`),
    outside,
  ];
  return `${HEAD}<h1>账本 <small>Ledger</small></h1>${stopped}<table>${rows.join('')}</table>
${FOLLOW}</html>`;
};
