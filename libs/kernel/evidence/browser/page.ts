/** The script of a pack's page: verifies what stands in it, and shows it. Bundled into page-code.ts. */
import type { PackDamage, PackVerification } from '../evidence';
import { verifyEvidence, verifyPapers } from '../verifying/verify-pack';
import { both, el, found, type Words } from './elements';
import { evidence } from './pack';
import { section } from './streams';
import { HELD, local } from './values';

const DOUBTS: Readonly<Record<string, Words>> = {
  'keys-of-pack': [
    '公钥取自包内:请用自备公钥复核(见 README)',
    'the public key came from this pack: check again with one of your own (README)',
  ],
  'no-ed25519': [
    '本浏览器不能检验 Ed25519 签名:签名未检验,请用核验程序或新版浏览器',
    'this browser cannot check Ed25519: the signature is NOT checked, use the verifier or a newer browser',
  ],
};

const wordsOf = (doubt: string): Words => DOUBTS[doubt] ?? [doubt, doubt];

type Shown = Pick<
  PackVerification,
  'sound' | 'damages' | 'doubts' | 'witnesses' | 'held' | 'events' | 'opened' | 'entries'
>;

const verdict = found('verdict', HTMLDivElement);
const keys = found('keys', HTMLTextAreaElement);
const files = found('files', HTMLInputElement);

const headline = ({ sound, damages, doubts }: Shown): readonly HTMLElement[] => {
  const count = String(damages.length);
  if (!sound) return both(`发现 ${count} 处不符`, `${count} damages found`);
  return doubts.includes('no-ed25519')
    ? both('除签名外核验无误', 'Sound, except the signature: not checked')
    : both('核验无误', 'Verified');
};

const heldRows = ({ held }: Shown): readonly HTMLElement[] => {
  if (held.length === 0) return [];
  const count = String(held.length);
  return [
    el(
      'p',
      {},
      ...both(
        `${HELD[0]}:${count} 份材料还涉及他人,由经办单位保存,包内只有其哈希。`,
        `${HELD[1]}: ${count} papers speak of others too; the office keeps them, the pack holds their hashes.`,
      ),
    ),
    ...held.map(({ paper, h, sha256 }) =>
      el(
        'p',
        { className: 'closed' },
        `${paper} `,
        el('code', { textContent: sha256 === undefined ? `h ${h}` : `SHA-256 ${sha256}` }),
      ),
    ),
  ];
};

const faultOf = ({ kind, detail, stream, revision, file }: PackDamage): HTMLElement =>
  el('p', {
    className: 'fault',
    textContent: [kind, stream ?? file, revision === undefined ? undefined : `#${String(revision)}`, detail]
      .filter(Boolean)
      .join('  '),
  });

const show = (result: Shown): void => {
  const [events, opened, entries] = [result.events, result.opened, result.entries].map(String);
  const soundness = result.doubts.includes('no-ed25519') ? 'part' : 'sound';
  verdict.className = result.sound ? soundness : 'broken';
  verdict.replaceChildren(
    el('strong', {}, ...headline(result)),
    el(
      'p',
      {},
      ...both(
        `共 ${events ?? ''} 个事件,公开个人信息 ${opened ?? ''} 项;截至账本第 ${entries ?? ''} 条,本户历史完整。`,
        `${events ?? ''} events, ${opened ?? ''} opened parts; complete up to ledger entry ${entries ?? ''}.`,
      ),
    ),
    ...heldRows(result),
    ...result.witnesses.map(({ name, at }) =>
      el('p', {}, ...both(`见证 ${name} 于 ${local(at)}`, `witnessed by ${name} at ${at}`)),
    ),
    ...result.doubts.map((doubt) => el('p', { className: 'doubt' }, ...both(...wordsOf(doubt)))),
    ...result.damages.map(faultOf),
  );
  const sections = evidence.streams.map((one) => section(one, result.damages));
  found('streams', HTMLDivElement).replaceChildren(...sections);
  document.body.dataset['verdict'] = result.sound ? 'sound' : 'broken';
};

/** What cannot even be read is damaged. */
const broken = (error: unknown): Shown => ({
  sound: false,
  damages: [{ kind: 'form', detail: String(error) }],
  doubts: [],
  witnesses: [],
  held: [],
  events: 0,
  opened: 0,
  entries: 0,
});

const papersFound = async (chosen: readonly File[]): Promise<readonly PackDamage[]> => {
  if (chosen.length === 0) return [];
  const read = chosen.map(async (file) => [`papers/${file.name}`, new Uint8Array(await file.arrayBuffer())] as const);
  return verifyPapers(evidence, new Map(await Promise.all(read)));
};

const run = async (): Promise<void> => {
  verdict.className = '';
  verdict.textContent = '正在核验 verifying …';
  const trusted = keys.value
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
  const result = await verifyEvidence(evidence, trusted).catch(broken);
  const chosen = [...(files.files ?? [])];
  const damages = [...result.damages, ...(await papersFound(chosen))];
  show({ ...result, damages, sound: damages.length === 0 });
  document.body.dataset['papers'] = chosen.length > 0 ? 'checked' : 'open';
};

found('check', HTMLButtonElement).addEventListener('click', () => void run());
files.addEventListener('change', () => void run());
found('language', HTMLButtonElement).addEventListener('click', () => {
  const root = document.documentElement;
  root.lang = root.lang === 'en' ? 'zh-CN' : 'en';
});
found('papers', HTMLLabelElement).hidden = evidence.papers.length === 0;
void run();
