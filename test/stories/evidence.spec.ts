import { papers } from '@domain/paper';
import { householdCard } from '@domain/household';
import { mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { unzipSync } from 'fflate';
import { verifyPack } from '@kernel/evidence';
import { newUuid } from '@kernel/format';
import { readSettings } from '@system/settings';
import { outputOf } from '../../apps/cli/src/output';
import { exportEvidence, verifyPackFile } from '../../apps/cli/src/verbs/evidence';
import { chromiumPath, openPage } from '../support/chromium';
import { Office } from '../support/office';

const data = join(mkdtempSync(join(tmpdir(), 'jd-evidence-')), 'data');
let office: Office;
let household = '';

beforeAll(async () => {
  office = await Office.open(data, { demo: true });
  const { items } = await office.system.models.find(householdCard, { where: { status: 'exited' } });
  household = items[0]!.id;
}, 120_000);
afterAll(() => office.close(), 30_000);

const ask = (login: string, body: object, headers: Record<string, string> = {}) =>
  office.raw(login, 'POST', `households/${household}/evidence-packs`, { body, headers });

const unpacked = (zip: Uint8Array): string => {
  const folder = mkdtempSync(join(tmpdir(), 'jd-pack-'));
  for (const [name, bytes] of Object.entries(unzipSync(zip))) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), bytes);
  }
  return folder;
};

describe('an evidence pack over HTTP', () => {
  it('is verified with the key that the archive keeps, and its handing out is an event and a reading', async () => {
    const { status, headers, bytes } = await ask('county-1', { disclosure: 'whole' });
    expect([status, headers['content-type']]).toEqual([201, 'application/zip']);
    const [opened] = await office.system.store.read(`ledger-${office.system.log}`, { to: 0 });
    const {
      data: { keys },
    } = JSON.parse(opened?.body ?? '') as { data: { keys: string[] } };
    const result = await verifyPack(bytes, keys);
    expect(result).toMatchObject({ sound: true, damages: [], doubts: [] });
    expect(result.opened).toBeGreaterThan(20);
    const kindsOf = async (ids: readonly string[]): Promise<ReadonlySet<string>> =>
      new Set(await Promise.all(ids.map(async (id) => (await office.system.models.get(papers, id))?.kind ?? '')));
    const held = await kindsOf(result.held.map(({ paper }) => paper));
    expect([...held]).toEqual(expect.arrayContaining(['register', 'minutes', 'photo', 'result']));
    const given = Object.keys(unzipSync(bytes)).flatMap((file) => /^papers\/(.*)/.exec(file)?.[1] ?? []);
    const ofOwn = await kindsOf(given);
    expect([...ofOwn]).toEqual(expect.arrayContaining(['survey', 'income', 'consent']));
    for (const kind of ['register', 'minutes', 'ballots', 'notice', 'result', 'crosscheck', 'photo'])
      expect([kind, ofOwn.has(kind)]).toEqual([kind, false]);
    const pack = String(headers['x-pack']);
    const [issued] = await office.system.store.read(`evidencePack-${pack}`);
    expect(issued?.body).toContain(String(headers['x-pack-sha256']));
    const { items } = await office.system.reads.list({ subjects: [pack] });
    expect(items).toMatchObject([{ view: 'evidence-pack' }]);
  });

  it('is the same bytes for the same command, and for the same question at the same checkpoint', async () => {
    const cmd = { 'idempotency-key': newUuid() };
    const first = await ask('county-1', { disclosure: 'masked' }, cmd);
    const again = await ask('county-1', { disclosure: 'masked' }, cmd);
    expect(again.bytes.equals(first.bytes)).toBe(true);
    const { treeSize } = (await verifyPack(first.bytes)).basis;
    const asked = await ask('county-2', { disclosure: 'masked', treeSize });
    expect(asked.headers['x-pack-sha256']).toBe(first.headers['x-pack-sha256']);
  });

  it('opens no more than the post of the asker, and tells an inspector to state a purpose', async () => {
    expect((await ask('inspector-1', { disclosure: 'whole' })).status).toBe(403);
    const whole = await ask('inspector-1', { disclosure: 'whole' }, { 'x-purpose': 'case-12' });
    const archived = await ask('archivist-1', { disclosure: 'whole' });
    const [seen, kept] = [await verifyPack(whole.bytes), await verifyPack(archived.bytes)];
    expect([seen.sound, kept.sound]).toEqual([true, true]);
    expect(kept.opened).toBeLessThan(seen.opened);
  });

  it.each([
    ['village-1', { disclosure: 'whole' }, 403],
    ['county-1', { disclosure: 'everything' }, 400],
    ['county-1', { disclosure: 'members' }, 409],
    ['county-1', { disclosure: 'whole', treeSize: 3 }, 409],
  ])('is refused to %s asking for %j', async (login, body, status) => {
    expect((await ask(login, body)).status).toBe(status);
  });

  it('leaves nothing in the log when it is refused', async () => {
    const before = await office.system.store.head();
    expect((await ask('village-1', { disclosure: 'whole' })).status).toBe(403);
    expect(await office.system.store.head()).toBe(before);
  });

  it('is not there for a household that is not', async () => {
    const { status } = await office.raw('county-1', 'POST', `households/${newUuid()}/evidence-packs`, {
      body: { disclosure: 'whole' },
    });
    expect(status).toBe(404);
  });

  (chromiumPath() ? it : it.skip)(
    'verifies itself in a browser without network, and says so when a letter was changed',
    async () => {
      const { bytes } = await ask('county-1', { disclosure: 'whole' });
      const folder = unpacked(bytes);
      const page = (file: string) => ({ url: pathToFileURL(join(folder, file)).href, wait: 'body[data-verdict]' });
      const papers = readdirSync(join(folder, 'papers')).map((name) => join(folder, 'papers', name));
      const shown = openPage({ ...page('index.html'), files: { selector: '#files', paths: papers } });
      expect(shown).toMatchObject({ verdict: 'sound', errors: [] });
      expect(shown.text).toContain('核验无误');
      const { 'index.html': html } = unzipSync(bytes);
      writeFileSync(
        join(folder, 'changed.html'),
        Buffer.from(html!)
          .toString()
          .replace(/\\"year\\":\d{4}/, '\\"year\\":1999'),
      );
      const changed = openPage(page('changed.html'));
      expect(changed.verdict).toBe('broken');
      expect(changed.text).toMatch(/发现 \d+ 处不符/);
      writeFileSync(papers[0]!, 'another form');
      const swapped = openPage({ ...page('index.html'), files: { selector: '#files', paths: papers } });
      expect(swapped.text).toContain('the file has another hash');
    },
    120_000,
  );
});

describe('an evidence pack from the terminal', () => {
  it('is written by the account that hands it out, verified with the right key, damaged when a byte is another', async () => {
    const out = join(dirname(data), 'pack.zip');
    await office.close();
    let said: Record<string, unknown> = {};
    const settings = readSettings({ JIANDANG_DATA: data });
    const output = {
      ...outputOf(true),
      answer: (result: object) => {
        said = result as typeof said;
      },
    };
    expect(await exportEvidence({ settings, output }, household, { as: 'county-1', disclosure: 'whole', out })).toBe(0);
    expect(await verifyPackFile({ settings, output }, out, [])).toBe(0);
    expect(said).toMatchObject({ sound: true });
    const absent = join(dirname(data), 'absent.zip');
    const nobody = newUuid();
    expect(
      await exportEvidence({ settings, output }, nobody, { as: 'county-1', disclosure: 'whole', out: absent }),
    ).toBe(0);
    expect(await verifyPackFile({ settings, output }, absent, [])).toBe(0);
    expect(said).toMatchObject({ events: 0, streams: 1 });
    office = await Office.open(data);
    writeFileSync(out, 'no zip at all');
    expect(await verifyPackFile({ settings, output }, out, [])).toBe(2);
  }, 120_000);
});
