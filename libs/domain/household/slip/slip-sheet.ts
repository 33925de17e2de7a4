import { create } from 'qrcode';
import { localDate } from '@kernel/sourcing';

export interface SlipSheet {
  readonly text: string;
  readonly id: string;
  readonly village: string;
  readonly type: string;
  readonly recordedAt: string;
  readonly revision: number;
  readonly h: string;
  readonly size: number;
}

const escaped = (text: string): string => text.replace(/[&<>"]/g, (letter) => `&#${String(letter.charCodeAt(0))};`);

/** The dark squares of a QR code as one path of unit squares. */
const squares = (text: string): { readonly path: string; readonly size: number } => {
  const { data, size } = create(text, { errorCorrectionLevel: 'M' }).modules;
  const path = Array.from(data, (dark, at) =>
    dark ? `M${String(at % size)} ${String(Math.floor(at / size))}h1v1h-1z` : '',
  );
  return { path: path.join(''), size };
};

const grouped = (hex: string): readonly string[] =>
  [hex.slice(0, 32), hex.slice(32)].map((half) => half.replace(/(.{8})(?=.)/g, '$1 '));

const line = (y: number, text: string, size = 3.4, font = 'sans-serif'): string =>
  `<text x="52.5" y="${String(y)}" font-size="${String(size)}" font-family="${font}" ` +
  `text-anchor="middle">${escaped(text)}</text>`;

/** A sheet of A6, Chinese first: no name, no number of a person. */
export const slipSheet = ({ text, id, village, type, recordedAt, revision, h, size }: SlipSheet): string => {
  const code = squares(text);
  const scale = 62 / code.size;
  const lines = [
    line(11, '建档立卡 记录凭条', 6),
    line(16, 'Record slip', 3),
    line(23, `${village} · 第 ${String(revision)} 版记录 · ${localDate(recordedAt)} 登记`),
    line(28, `${type} · revision ${String(revision)}`, 2.8),
    line(101, '事件校验值 hash of the event', 2.8),
    ...grouped(h).map((part, at) => line(105.5 + at * 4, part, 3, 'monospace')),
    line(115, `户档 record ${id}`, 2.4, 'monospace'),
    line(121, `账本已封存 ${String(size)} 条 · sealed among ${String(size)} entries`, 2.8),
    line(129, '请妥善保存。日后如有争议,凭此条可查明该记录是否被改动、隐去。', 2.9),
    line(133.5, 'Keep this slip: with it anybody can check that the record was not', 2.6),
    line(137, 'altered or withheld later (cli verify slip).', 2.6),
  ];
  return (
    '<svg xmlns="http://www.w3.org/2000/svg" width="105mm" height="148mm" viewBox="0 0 105 148">' +
    `<rect width="105" height="148" fill="#fff"/>${lines.join('')}` +
    `<path transform="translate(21.5 33) scale(${scale.toFixed(4)})" d="${code.path}" shape-rendering="crispEdges"/>` +
    `<desc>${escaped(text)}</desc></svg>\n`
  );
};
