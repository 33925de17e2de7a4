import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { chromiumPath, openServedPage } from '../support/chromium';
import { Office, type Answer } from '../support/office';

const PROXY = '10.9.9.9';

describe('the server', () => {
  let office: Office;
  beforeAll(async () => {
    office = await Office.open(undefined, { env: { JIANDANG_PROXIES: PROXY } });
  });
  afterAll(() => office.close());

  describe('bounds what one request may cost', () => {
    const raw = async (method: 'GET' | 'POST', url: string, payload?: string) => {
      const began = performance.now();
      const headers = payload === undefined ? {} : { 'content-type': 'application/json' };
      const { statusCode, rawPayload } = await office.app.inject({
        method,
        url,
        headers,
        ...(payload !== undefined && { payload }),
      });
      const body = JSON.parse(rawPayload.toString()) as Answer['body'];
      return { status: statusCode, body, bytes: rawPayload.length, milliseconds: performance.now() - began };
    };
    const fields = (count: number): string =>
      `{${Array.from({ length: count }, (_, at) => `"field${String(at)}":${String(at)}`).join(',')}}`;
    const deep = (depth: number, [open, close]: readonly [string, string]): string =>
      open.repeat(depth) + close.repeat(depth);

    it.each([
      [
        '80,000 unknown fields',
        fields(80_000)
          .slice(0, 1_000_000)
          .replace(/,[^,]*$/, '}'),
        'request/too-many-values',
      ],
      ['lists in lists, 100,000 deep', deep(100_000, ['[', ']']), 'request/too-deep'],
      ['records in records, 100,000 deep', `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`, 'request/too-deep'],
      [
        'a list of 100,000',
        `{"account":[${new Array<string>(100_000).fill('1').join(',')}]}`,
        'request/too-many-values',
      ],
      ['a text of 900,000 characters', JSON.stringify({ account: 'x'.repeat(900_000) }), 'request/text-too-long'],
      ['a field of 900,000 characters', JSON.stringify({ ['x'.repeat(900_000)]: 1 }), 'request/text-too-long'],
      ['3,000 unknown fields', fields(3000), 'command/invalid'],
    ])('%s is refused at once, in few words', async (_what, payload, code) => {
      await raw('POST', '/api/v1/sessions', payload);
      const { status, body, bytes, milliseconds } = await raw('POST', '/api/v1/sessions', payload);
      expect([status, body['code']]).toEqual([400, code]);
      expect(bytes).toBeLessThan(12_000);
      expect(milliseconds).toBeLessThan(1000);
    });

    it('more than a mebibyte is not read', async () => {
      const { status, body } = await raw(
        'POST',
        '/api/v1/sessions',
        JSON.stringify({ account: 'x'.repeat(1_100_000) }),
      );
      expect([status, body['code']]).toEqual([413, 'request/too-large']);
    });

    it('a query of thousands of parameters neither', async () => {
      const many = Array.from({ length: 3000 }, (_, at) => `p${String(at)}=1`).join('&');
      for (const [query, code] of [
        [many, 'request/too-many-values'],
        [`q=${'x'.repeat(10_000)}`, 'request/text-too-long'],
      ] as const) {
        const headers = { authorization: `Bearer ${await office.token('county-1')}`, 'accept-language': 'en' };
        const answer = await office.call(undefined, 'GET', `households?${query}`, { headers });
        expect([answer.status, answer.body['code']]).toEqual([400, code]);
        expect(answer.body['title']).toMatch(/^(The request|A text)/);
      }
    });
  });

  describe('serves pages over plain HTTP in a LAN', () => {
    const pages = ['/docs', '/health/live', '/api/v1/me', '/ledger/'];
    const headersOf = async (url: string, remoteAddress: string, proto?: string) =>
      (
        await office.app.inject({
          method: 'GET',
          url,
          remoteAddress,
          headers: proto === undefined ? {} : { 'x-forwarded-proto': proto },
        })
      ).headers;

    it('and tells no browser to go over to TLS, not even when somebody who is no proxy of ours says that it is there', async () => {
      for (const url of pages)
        for (const [from, proto] of [
          ['192.168.1.20', undefined],
          [PROXY, 'http'],
          ['192.168.1.20', 'https'],
        ] as const) {
          const headers = await headersOf(url, from, proto);
          expect([url, headers['strict-transport-security']]).toEqual([url, undefined]);
          expect(headers['content-security-policy']).toMatch(/default-src 'self'/);
          expect(headers['content-security-policy']).not.toContain('upgrade-insecure-requests');
        }
    });

    it('and behind the TLS of a proxy of ours keeps browsers on it', async () => {
      for (const url of pages)
        expect((await headersOf(url, PROXY, 'https'))['strict-transport-security']).toBe('max-age=31536000');
    });

    const lan = Object.values(networkInterfaces())
      .flat()
      .find((one) => one?.family === 'IPv4' && !one.internal)?.address;
    (chromiumPath() === undefined || lan === undefined ? it.skip : it)(
      'so that the documentation shows itself',
      async () => {
        await office.app.listen(0, '0.0.0.0');
        const { port } = office.app.getHttpServer().address() as AddressInfo;
        const url = `http://${lan ?? ''}:${String(port)}/docs`;
        const { text, errors } = await openServedPage({ url, wait: '.swagger-ui .opblock' });
        expect(text).toContain('POST');
        expect(errors).toEqual([]);
      },
      60_000,
    );
  });
});
