import { hash } from 'node:crypto';
import { DISCLOSURE_WORDS } from './disclosure-words';
import type { Disclosure } from './evidence';
import { PAGE_CODE } from './page-code';

/** As in every pack that is out in the world. */
const STYLE = [
  '',
  ':root { font: 15px/1.5 "Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", system-ui, sans-serif; color: ' +
    '#1f2328; }',
  'body { max-width: 1280px; margin: 0 auto; padding: 16px 24px 48px; background: #f6f7f9; }',
  'html:lang(en) .zh, html:not(:lang(en)) .en { display: none; }',
  'header { display: flex; align-items: baseline; justify-content: space-between; gap: 16px; }',
  'h1 { font-size: 22px; margin: 8px 0; }',
  '#verdict { padding: 14px 18px; border-radius: 6px; background: #e7e9ee; border-left: 6px solid #8b95a5; ' +
    'margin: 8px 0 14px; }',
  '#verdict strong { font-size: 20px; } #verdict p { margin: 4px 0 0; }',
  '#verdict.sound { background: #e6f4ea; border-color: #1a7f37; } #verdict.broken { background: #ffebe9; ' +
    'border-color: #cf222e; }',
  '#verdict.part { background: #fff8e1; border-color: #b7791f; }',
  '.doubt { color: #8a5a00; } .fault { color: #cf222e; font-weight: 600; } .closed { color: #6b7280; ' +
    'font-style: italic; margin: 4px 0 0; }',
  '.basis { display: grid; grid-template-columns: max-content 1fr; gap: 2px 14px; background: #fff; padding: ' +
    '12px 18px; border-radius: 6px; }',
  '.basis dt { color: #57606a; } .basis dd { margin: 0; overflow-wrap: anywhere; font-family: ui-monospace, ' +
    'Consolas, monospace; font-size: 13px; }',
  '.own { margin: 12px 0; } .own textarea { width: 100%; box-sizing: border-box; font-family: ui-monospace, ' +
    'Consolas, monospace; }',
  'details { background: #fff; border-radius: 6px; margin: 10px 0; padding: 8px 18px; } summary { cursor: ' +
    'pointer; font-weight: 600; } summary code { color: #57606a; font-weight: 400; }',
  'table { width: 100%; border-collapse: collapse; margin-top: 8px; } th { text-align: left; color: #57606a; ' +
    'font-weight: 600; white-space: nowrap; }',
  'td, th { border-top: 1px solid #e3e6ea; padding: 6px 10px 6px 0; vertical-align: top; } td:nth-child(2), ' +
    'td:nth-child(4) { white-space: nowrap; } tr.bad { background: #fff1f0; }',
  'td dl { margin: 2px 0; } td dl > div { display: inline-flex; gap: 6px; margin-right: 18px; } td dl > ' +
    'div.wide { display: flex; } td dt { color: #57606a; white-space: nowrap; } td dd { margin: 0; ' +
    'overflow-wrap: anywhere; } td ul { margin: 0; padding: 0; list-style: none; } td li { border-left: 3px ' +
    'solid #e3e6ea; padding-left: 8px; margin-bottom: 4px; } small { color: #57606a; }',
  'button { font: inherit; padding: 4px 14px; cursor: pointer; }',
  '@media print { .own, #language { display: none; } body { background: #fff; } }',
  '',
].join('\n');

const POLICY = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'";
const OWN_KEYS = [
  '自备公钥(每行一把,取自县档案馆或见证方):',
  'Verifier keys of your own, one a line (from the archive or a witness):',
] as const;
const PAPERS = [
  '核验材料原件(选择 papers 目录中的全部文件):',
  'Verify papers (choose every file of the folder papers):',
] as const;

const both = (zh: string, en: string): string => `<span class="zh">${zh}</span><span class="en">${en}</span>`;
const escaped = (json: string): string => json.replaceAll('<', '\\u003c');

interface Stated {
  readonly question: {
    readonly household: string;
    readonly disclosure: Disclosure;
    readonly knownAt?: string;
  };
  readonly basis: { readonly origin: string; readonly treeSize: number; readonly root: string };
}

/** What stands in the page behind the evidence: the same in every pack of one version. */
const CODE = `<script>${PAGE_CODE}</script>
</body>
</html>
`;

/** SHA-256 of what stood there in versions whose packs are out in the world, as built and as tested. */
const CODE_BEFORE: ReadonlySet<string> = new Set([
  '5e4496fef379b69618d6f12a0da450cd34154bf243477fdb7082a33974240bc3',
  'f7056a72fd25a554a0e35f3afada42c16c3fedcbf73a4a11586504047f8ea05f',
]);

/** The page of a pack: the evidence and its verifier in one file that needs no network. `json` is `J(evidence)`. */
export const packPage = (json: string): string => `${evidenceOf(json)}${CODE}`;

/** Whether a page follows from the evidence: as this version writes it, or one before. */
export const isPageOf = (json: string, page: string): boolean => {
  const shown = evidenceOf(json);
  const code = page.slice(shown.length);
  return page.startsWith(shown) && (code === CODE || CODE_BEFORE.has(hash('sha256', code)));
};

const evidenceOf = (json: string): string => {
  const { question, basis } = JSON.parse(json) as Stated;
  const row = (zh: string, en: string, value: string | number): string =>
    `<dt>${both(zh, en)}</dt><dd>${String(value).replaceAll('<', '&lt;')}</dd>`;
  return `<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width">
<title>建档证据包 Evidence pack ${question.household}</title>
<style>${STYLE}</style>
</head>
<body>
<header><h1>${both('建档证据包', 'Evidence pack')}</h1><button id="language">中文 / English</button></header>
<div id="verdict">正在核验 verifying …</div>
<dl class="basis">
${row('户', 'Household', question.household)}
${row('公开范围', 'Disclosure', `${DISCLOSURE_WORDS[question.disclosure][0]} ${question.disclosure}`)}
${question.knownAt === undefined ? '' : row('记录时点', 'Known at', question.knownAt)}
${row('日志', 'Log', basis.origin)}
${row('账本大小', 'Tree size', basis.treeSize)}
${row('账本根', 'Root', basis.root)}
</dl>
<div class="own">
<p>${both(...OWN_KEYS)}</p>
<textarea id="keys" rows="2" spellcheck="false"></textarea>
<p><button id="check"><span class="zh">用自备公钥核验</span><span class="en">Verify with these keys</span></button>
<label id="papers">${both(...PAPERS)} <input id="files" type="file" multiple></label></p>
</div>
<div id="streams"></div>
<script type="application/json" id="evidence">${escaped(json)}</script>
`;
};
