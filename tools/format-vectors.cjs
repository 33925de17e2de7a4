// @ts-check
/**
 * Writes docs/format/vectors.json: inputs of the format with their results, made once and checked by vectors.spec.ts
 * for ever.
 */
require('reflect-metadata');
require('./register-swc.cjs');
const { writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { compute } = require('../libs/kernel/format/testing/compute-vector');

const U = (/** @type {string} */ end) => `01999999-0000-7000-8000-0000000000${end}`;
const meta = (/** @type {object} */ more = {}) => ({
  actor: U('ac'),
  area: '433124110226',
  auth: 'pwd',
  cmd: U('cd'),
  env: '1',
  recordedAt: '2026-11-23T08:00:00.000Z',
  schema: '1',
  via: 'web',
  ...more,
});
const sealed = (
  /** @type {number} */ n,
  /** @type {object} */ part,
  /** @type {string} */ of,
  /** @type {object} */ more = {},
) => ({
  class: of,
  subject: U('bb'),
  part,
  key: { id: U('cc'), secret: (0x11 + n).toString(16).repeat(32) },
  salt: Buffer.from([...Array(32).keys()].map((byte) => byte + n)).toString('hex'),
  nonce: Buffer.from([...Array(12).keys()].map((byte) => byte + n)).toString('hex'),
  ...more,
});
const event = (/** @type {object} */ more = {}) => ({
  id: U('e0'),
  type: 'HouseholdMemberAdded',
  data: { member: U('bb') },
  parts: [],
  meta: meta(),
  ...more,
});
const identity = { idNumber: '11010519491231002X', name: '张三', relation: '01' };
const append = (/** @type {object[]} */ ...events) => ({
  log: U('01'),
  stream: `household-${U('aa')}`,
  after: { revision: -1, h: '0'.repeat(64) },
  events,
});

/** @type {Record<string, any>} */
const inputs = {
  'one part': append(event({ parts: [sealed(0, identity, 'identity')] })),
  'no part': append(event()),
  'several parts of one object': append(
    event({
      parts: [
        sealed(1, { phone: '13900000001' }, 'contact'),
        sealed(0, identity, 'identity'),
        sealed(2, { education: '2' }, 'social'),
      ],
    }),
  ),
  'parts inside a list': append(
    event({
      data: { members: [{ person: U('b1') }, { person: U('b2') }] },
      parts: [
        sealed(0, { name: '甲' }, 'identity', { at: '/members/0', subject: U('b1') }),
        sealed(1, { name: '乙' }, 'identity', { at: '/members/1', subject: U('b2') }),
      ],
    }),
  ),
  'an emptied box': append(event({ parts: [sealed(0, identity, 'identity', { emptied: true })] })),
  'an event of schema 2': append(event({ meta: meta({ schema: '2' }) })),
  'several events in one append': append(
    event(),
    event({ id: U('e1'), type: 'HouseholdHeadChanged', data: { from: U('b1'), to: U('b2') } }),
    event({ id: U('e2'), type: 'HouseholdMemberRemoved', data: { person: U('b1') } }),
  ),
  'unicode that must not be normalised': append(
    event({ data: { note: '\uf900\u8c48 e\u0301\u00e9 \u{20bb7}\u2028"\\/\u0007' } }),
  ),
  'numbers and key order': append(
    event({ data: { b: 9007199254740991, a: -1, Z: 0, $x: true, nested: { empty: {}, list: [] } } }),
  ),
  'partial dates': append(
    event({
      meta: meta({
        validFrom: '2014',
        validTo: '2014-03',
        reason: 'late-paper-late',
        $correlationId: U('e9'),
        basis: U('d1'),
      }),
    }),
  ),
  'a later revision': { ...append(event()), after: { revision: 41, h: 'ab'.repeat(32) } },
  'a signed append': append(
    event({ sigs: [{ alg: 'sm2', credential: U('c1'), index: 0, path: [], signature: 'AAAA', size: 1 }] }),
  ),
  'the largest event': append(event({ parts: [sealed(0, { text: 'x'.repeat(48_500) }, 'remark')] })),
  'the first event of a log': {
    log: U('01'),
    stream: `ledger-${U('01')}`,
    after: { revision: -1, h: '0'.repeat(64) },
    events: [
      event({
        type: 'LogOpened',
        data: { format: 'jiandang/1', keys: ['x+0+y'], origin: `example.org/${U('01')}`, spec: '0'.repeat(64) },
        meta: meta({ actor: 'system:log', area: '000000000000', auth: 'none', via: 'process' }),
      }),
    ],
  },
};
const refused = {
  fraction: { value: { fen: 1.5 }, rule: 'fraction', path: '/fen' },
  'unsafe integer': { value: { n: 9007199254740992 }, rule: 'unsafe-integer', path: '/n' },
  null: { value: { a: [1, null] }, rule: 'null', path: '/a/1' },
  'lone surrogate': { text: '{"a":"\\ud800"}', rule: 'lone-surrogate', path: '/a' },
  'bad key': { value: { 'a/b': 1 }, rule: 'bad-key', path: '/a~1b' },
};
const results = Object.fromEntries(
  Object.entries(inputs).map(([name, input]) => [name, { input, result: compute(input) }]),
);
writeFileSync(
  join(__dirname, '../docs/format/vectors.json'),
  `${JSON.stringify({ appends: results, refused }, undefined, 1)}\n`,
);
