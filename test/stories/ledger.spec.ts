import { householdCard } from '@domain/household';
import { execFile } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { readSettings, type Settings } from '@system/settings';
import { outputOf } from '../../apps/cli/src/output';
import { cosign, exportLedger, importLedger, mirror, verifySlip } from '../../apps/cli/src/verbs/ledger';
import { initWitness, openWitness, witnessServer } from '../../apps/cli/src/verbs/witness';
import { Office } from '../support/office';
import { steps } from '../support/steps';

jest.setTimeout(120_000);

const run = promisify(execFile);
const folder = (): string => mkdtempSync(join(tmpdir(), 'jd-ledger-e2e-'));

describe('the ledger of an office', () => {
  const step = steps();
  let office: Office;
  let household = '';
  let url = '';
  let key = '';
  const servers: Server[] = [];
  let said: Record<string, unknown> = {};
  const context = (settings: Settings) => ({
    settings,
    output: {
      ...outputOf(true),
      answer: (result: object) => {
        said = result as typeof said;
      },
    },
  });
  const here = () => context(office.system.settings);

  const listen = async (server: Server): Promise<string> => {
    servers.push(server);
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', () => {
        resolve();
      });
    });
    return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`;
  };

  beforeAll(async () => {
    office = await Office.open(join(folder(), 'data'), { demo: true });
    const { items } = await office.system.models.find(householdCard, { limit: 1 });
    household = items[0]?.id ?? '';
    await office.system.notary.checkpoint();
    await office.app.listen(0, '127.0.0.1');
    url = `${await office.app.getUrl()}/ledger/`;
    const [opened] = await office.system.ledger.events();
    key = (JSON.parse(opened?.body ?? '') as { data: { keys: string[] } }).data.keys[0] ?? '';
  });
  afterAll(async () => {
    for (const server of servers) server.close();
    await office.close();
  });

  step('is served as tlog-tiles says: tiles for ever, the checkpoint never', async () => {
    const { size } = await office.system.notary.checkpoint();
    const checkpoint = await office.raw(undefined, 'GET', '/ledger/checkpoint');
    expect(checkpoint.headers).toMatchObject({
      'content-type': 'text/plain; charset=utf-8',
      'cache-control': 'no-cache',
    });
    expect(checkpoint.bytes.toString().split('\n')[1]).toBe(String(size));
    const tile = await office.raw(undefined, 'GET', '/ledger/tile/0/000');
    expect(tile.status).toBe(size >= 256 ? 200 : 404);
    if (size >= 256)
      expect(tile.headers).toMatchObject({
        'content-type': 'application/octet-stream',
        'cache-control': 'public, max-age=31536000, immutable',
      });
    for (const path of ['../../log.db', '%2e%2e/log.db', 'tile/0/../../checkpoint.tmp', 'sealed.json'])
      expect((await office.raw(undefined, 'GET', `/ledger/${path}`)).status).toBe(404);
    const page = await office.raw(undefined, 'GET', '/ledger/');
    expect(page.bytes.toString()).toContain('尚无');
  });

  step('gives cards, lists and histories their basis', async () => {
    const basis = {
      log: office.system.log,
      treeSize: expect.any(Number) as number,
      root: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    };
    for (const path of [`households/${household}`, 'households', `households/${household}/history`])
      expect((await office.call('county-1', 'GET', path)).body['basis']).toMatchObject(basis);
  });

  step('says in health and metrics how it stands', async () => {
    const { body } = await office.call(undefined, 'GET', '/health/ready');
    expect(body).toMatchObject({ status: 'ready', ledger: { state: 'sealing' } });
    const { bytes } = await office.raw(undefined, 'GET', '/metrics');
    expect(bytes.toString()).toMatch(/jiandang_ledger_outside_age_seconds -1/);
    expect(bytes.toString()).toMatch(/jiandang_ledger_sealed_entries [1-9]/);
  });

  step('is verified by a script that knows only the public specifications', async () => {
    const script = join(__dirname, '../public-specs/verify-ledger.mjs');
    const { size } = await office.system.notary.checkpoint();
    for (const index of [0, 1, Math.floor(size / 2), size - 1]) {
      const { stdout } = await run(process.execPath, [script, url, key, String(index)]);
      expect(stdout).toContain(`verified: ${office.system.settings.name}`);
    }
    await expect(run(process.execPath, [script, url, key, String(size + 1_000_000)])).rejects.toThrow('NOT VERIFIED');
  });

  step('is followed by a mirror over HTTP', async () => {
    const own = folder();
    await office.system.notary.sealHeads();
    expect(await mirror(here(), url, own, { once: true, key })).toBe(0);
    expect(said).toMatchObject({ sound: true, heads: expect.any(Number) as number });
    expect(Number(said['entries'])).toBeGreaterThan(0);
    await office.system.notary.sealHeads();
    expect(await mirror(here(), url, own, { once: true })).toBe(0);
    expect(said).toMatchObject({ sound: true, heads: 1 });
  });

  step('is cosigned by a witness over HTTP and on a stick, and says how old the outside copy is', async () => {
    const [online, laptop, stick] = [folder(), folder(), folder()];
    await initWitness(here(), online, { name: 'archive.example/online', log: [key] });
    await initWitness(here(), laptop, { name: 'auditor.example/laptop', log: [key] });
    const [byNet, byStick] = [openWitness(online), openWitness(laptop)];
    const at = await listen(witnessServer(byNet.witness));
    const witnesses = `${at} ${byNet.key}, offline ${byStick.key}`;
    const { witnesses: read } = readSettings({ JIANDANG_WITNESSES: witnesses });
    const { witnessing } = office.system.notary;
    Object.assign(witnessing, { witnesses: read });
    expect(await office.system.notary.sealDay()).toEqual([
      { witness: 'archive.example/online', size: expect.any(Number) as number },
    ]);
    expect(await office.system.notary.sealDay()).toEqual([
      { witness: 'archive.example/online', size: expect.any(Number) as number },
    ]);
    expect(await witnessing.claims(await office.system.ledger.keys())).toMatchObject([
      { from: 'archive.example/online' },
    ]);
    const settings = { ...office.system.settings, witnesses: read };
    expect(await exportLedger(context(settings), stick)).toBe(0);
    expect(await cosign(context(settings), stick, laptop)).toBe(0);
    expect(await importLedger(context(settings), stick)).toBe(0);
    expect((await office.raw(undefined, 'GET', '/ledger/')).bytes.toString()).toContain('auditor.example/laptop');
    expect((await office.call(undefined, 'GET', '/health/ready')).body['ledger']).toMatchObject({
      outside: { size: said['size'] },
    });
  });

  step('names a witness that is not there, and goes on', async () => {
    const gone = await listen(createServer());
    await new Promise((resolve) => servers.pop()!.close(resolve));
    await initWitness(here(), folder(), { name: 'gone.example', log: [key] });
    Object.assign(office.system.notary.witnessing, { witnesses: [{ url: gone, key: String(said['key']) }] });
    expect(await office.system.notary.sealDay()).toMatchObject([
      { witness: 'gone.example', refused: expect.any(String) as string },
    ]);
  });

  step('prints a slip for a household, that anybody can check', async () => {
    const { bytes, headers, status } = await office.raw('county-1', 'GET', `households/${household}/slip`);
    expect(status).toBe(200);
    expect(headers['content-type']).toContain('image/svg+xml');
    expect(bytes.toString()).toContain('建档立卡');
    expect(await verifySlip(here(), bytes.toString(), url)).toBe(0);
    expect(said).toMatchObject({ sound: true, finding: 'sound' });
    const forged = bytes
      .toString()
      .replace(/(JD1 \S+ \S+ \d+ )(.)/, (_, before: string, letter: string) => before + (letter === 'A' ? 'B' : 'A'));
    expect(await verifySlip(here(), forged, url)).toBe(1);
    expect(said['finding']).toBe('altered');
    expect((await office.raw(undefined, 'GET', `households/${household}/slip`)).status).toBe(401);
  });
});
