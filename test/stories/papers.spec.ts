import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { derivedUuid, newUuid } from '@kernel/format';
import type { JobHandler, Jobs } from '@kernel/jobs';
import { housekeeping } from '@system/housekeeping';
import { readSettings } from '@system/settings';
import { verifyPapers } from '@system/verification/papers';
import { backup, restore } from '../../apps/cli/src/verbs/keeping';
import { outputOf } from '../../apps/cli/src/output';
import { Office, type Answer } from '../support/office';
import { until } from '../support/until';

const MIB = 1024 * 1024;
const BOUNDARY = 'jiandang-boundary';
const TYPE = `multipart/form-data; boundary=${BOUNDARY}`;

const field = (name: string, value: string): string =>
  `--${BOUNDARY}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
const file = (content: string, { name = 'a.txt', mime = 'text/plain' } = {}): string =>
  `--${BOUNDARY}\r\ncontent-disposition: form-data; name="file"; filename="${name}"\r\n` +
  `content-type: ${mime}\r\n\r\n${content}\r\n`;
const END = `--${BOUNDARY}--\r\n`;
const form = (content: string): string => field('kind', 'application') + file(content) + END;

describe('an upload', () => {
  let office: Office;
  let port: number;
  let folder: string;

  beforeAll(async () => {
    office = await Office.open();
    await office.app.listen(0, '127.0.0.1');
    ({ port } = office.app.getHttpServer().address() as AddressInfo);
    folder = join(office.system.settings.data, 'papers');
    await office.signInAll();
    await upload('village-1', form('the first of all'));
  }, 60_000);
  afterAll(() => office.close());

  const files = (): readonly string[] => readdirSync(folder).sort();

  /** Over a real connection: `cut` destroys it before the form has ended, `open` never ends it. */
  const upload = async (
    login: string,
    body: string | Readable,
    { key = newUuid(), type = TYPE, cut = false, open = false, english = false } = {},
  ): Promise<Answer> => {
    const authorization = `Bearer ${await office.token(login)}`;
    const headers = {
      authorization,
      'content-type': type,
      'idempotency-key': key,
      ...(english && { 'accept-language': 'en' }),
    };
    return new Promise((resolve, reject) => {
      const sent = request({ port, host: '127.0.0.1', path: '/api/v1/papers', method: 'POST', headers }, (answer) => {
        answer.setEncoding('utf8');
        let text = '';
        answer.on('data', (part: string) => (text += part));
        answer.on('end', () => {
          if (open) sent.destroy();
          resolve({
            status: answer.statusCode ?? 0,
            body: JSON.parse(text) as Answer['body'],
            headers: answer.headers,
          });
        });
      });
      sent.on('error', reject);
      if (typeof body !== 'string') body.pipe(sent);
      else if (cut) sent.write(body, () => void begun(key).then(() => sent.destroy(new Error('cut'))));
      else if (open) sent.write(body);
      else sent.end(body);
    });
  };
  /** The server writes an attempt under this key. */
  const begun = async (key: string): Promise<void> => {
    const attempt = `${derivedUuid(key, 'paper')}.`;
    await until('the attempt is written', () => files().some((name) => name.startsWith(attempt)), { every: 1 });
  };
  const contentOf = async (paper: unknown): Promise<Answer> => {
    await office.system.caughtUp();
    return office.call('village-1', 'GET', `papers/${String(paper)}/content`);
  };
  const settled = async (wanted: readonly string[]): Promise<void> => {
    await until(wanted.join(), () => files().join() === wanted.join(), { every: 1 });
  };

  it('under one key gets its first receipt with the same bytes, is refused with others; the first stays', async () => {
    const key = newUuid();
    const { length } = files();
    const first = await upload('village-1', form('first'), { key });
    expect(await upload('village-1', form('second'), { key })).toMatchObject({
      status: 409,
      body: { code: 'command/reused' },
    });
    expect((await upload('village-1', form('first'), { key })).body).toEqual(first.body);
    expect((await contentOf(first.body['subject'])).body).toEqual({ text: 'first' });
    await office.system.stores.expireDigests('9999');
    expect(await upload('village-1', form('third'), { key })).toMatchObject({
      status: 409,
      body: { code: 'command/reused' },
    });
    expect(files()).toHaveLength(length + 1);
  });

  it('races others under one key: one is recorded, and its bytes are the content', async () => {
    const before = files();
    for (let round = 0; round < 3; round++) {
      const key = newUuid();
      const contents = ['a', 'b', 'c', 'd', 'e'].map((letter) => letter.repeat(70_000));
      const answers = await Promise.all(contents.map((content) => upload('village-1', form(content), { key })));
      const winner = answers.findIndex(({ status }) => status === 201);
      expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409]);
      expect((await contentOf(answers[winner]?.body['subject'])).body).toEqual({ text: contents[winner] });
    }
    expect(files()).toHaveLength(before.length + 3);
  });

  it('that is cut off, also as the retry of one that ended, leaves nothing and spoils nothing', async () => {
    const key = newUuid();
    const whole = form('x'.repeat(200_000));
    const first = await upload('village-1', whole, { key });
    const before = files();
    const attempts = Array.from({ length: 8 }, (_, at) =>
      upload('village-1', whole.slice(0, 20_000 * (at + 1)), { key: at % 2 === 0 ? key : newUuid(), cut: true }),
    );
    for (const attempt of await Promise.allSettled(attempts)) expect(attempt.status).toBe('rejected');
    await settled(before);
    expect((await contentOf(first.body['subject'])).body).toEqual({ text: 'x'.repeat(200_000) });
    expect((await upload('village-1', whole, { key })).body).toEqual(first.body);
  });

  it.each(['dispute-handler-1', 'inspector-1'])(
    'by %s is refused before a byte is kept, whatever the key',
    async (login) => {
      const key = newUuid();
      const { body } = await upload('county-1', form('of the county'), { key });
      const before = files();
      for (const open of [false, true])
        expect(await upload(login, form('forged').slice(0, -60), { key, open })).toMatchObject({
          status: 403,
          body: { code: 'access/not-permitted' },
        });
      expect(files()).toEqual(before);
      await office.system.caughtUp();
      const { text } = (await office.call('county-1', 'GET', `papers/${String(body['subject'])}/content`)).body;
      expect(text).toBe('of the county');
    },
  );

  it('of more than 100 MiB is refused in words and never cut to fit, whether it says its size or not', async () => {
    const before = files();
    const head = field('kind', 'application') + file('').slice(0, -2);
    const said = await upload('village-1', head + ' '.repeat(101 * MIB) + END);
    const unsaid = await upload(
      'village-1',
      Readable.from(
        (function* () {
          yield Buffer.from(head);
          for (let at = 0; at < 100; at++) yield Buffer.alloc(MIB);
          yield Buffer.from(`x\r\n${END}`);
        })(),
      ),
      { english: true },
    );
    expect(said).toMatchObject({ status: 413, body: { code: 'paper/too-large', title: '文件超过 100 MiB' } });
    expect(unsaid).toMatchObject({
      status: 413,
      body: { code: 'paper/too-large', title: 'The file is larger than 100 MiB' },
    });
    await settled(before);
  }, 60_000);

  it.each<readonly [string, string, { type?: string }, string]>([
    ['has no boundary', form('x'), { type: 'multipart/form-data' }, ''],
    ['is no form', '{}', { type: 'application/json' }, ''],
    ['is empty', '', {}, '/file'],
    ['has no file', field('kind', 'application') + END, {}, '/file'],
    ['breaks off in its file', field('kind', 'application') + file('x').slice(0, -3), {}, ''],
    ['breaks off behind its file', field('kind', 'application') + file('x'), {}, ''],
    ['has two files', field('kind', 'application') + file('x') + file('y') + END, {}, ''],
    ['has twenty fields', field('kind', 'application') + field('a', 'b').repeat(20) + file('x') + END, {}, ''],
    ['says its kind behind the file', file('x') + field('kind', 'application') + END, {}, '/kind'],
    ['says its kind twice', field('kind', 'plan') + field('kind', 'application') + file('x') + END, {}, '/kind'],
    ['has an unknown kind', field('kind', 'poem') + file('x') + END, {}, '/kind'],
    ['has a field of a prototype', field('__proto__', 'x') + form('x'), {}, ''],
    ['has a program for a file', field('kind', 'plan') + file('x', { mime: 'text/html' }) + END, {}, '/file'],
    ['has too long a name', field('kind', 'plan') + file('x', { name: 'n'.repeat(201) }) + END, {}, '/name'],
    ['has an empty file', field('kind', 'plan') + file('') + END, {}, '/bytes'],
  ])('whose form %s is refused with the place, and nothing of it is kept', async (_, body, { type }, path) => {
    const before = files();
    const answer = await upload('village-1', body, { ...(type !== undefined && { type }) });
    expect(answer).toMatchObject({ status: 400, body: { code: 'command/invalid', errors: [{ path }] } });
    expect(files()).toEqual(before);
  });

  it('of a form that is refused is answered before its file has come', async () => {
    const begun = field('kind', 'poem') + file('the beginning of a file');
    expect(await upload('village-1', begun, { open: true })).toMatchObject({
      status: 400,
      body: { errors: [{ path: '/kind' }] },
    });
  });

  it('that left a file without an event, or a part of one, is swept after a day; papers stay', async () => {
    const { system } = office;
    await system.papers.receive(newUuid(), Readable.from([Buffer.from('no event')]), () => Promise.resolve());
    writeFileSync(join(folder, `${newUuid()}.tmp`), 'cut off by a version before');
    const { length } = files();
    let run: (() => Promise<void>) | undefined;
    const jobs = {
      handle: (handler: JobHandler) => {
        run = handler.run as typeof run;
      },
      recall: () => undefined,
    } as unknown as Jobs;
    housekeeping(jobs, system.stores, () => Date.now() + 2 * 86_400_000);
    await run?.();
    expect(files()).toHaveLength(length - 2);
    const { body } = await upload('village-1', form('after the sweep'));
    expect((await contentOf(body['subject'])).status).toBe(200);
    const damaged: unknown[] = [...(await verifyPapers(system))];
    expect(damaged).toEqual([]);
  });

  it('wins over the file that a process left which died before its event', async () => {
    const key = newUuid();
    await office.system.papers.receive(derivedUuid(key, 'paper'), Readable.from([Buffer.from('died')]), () =>
      Promise.resolve(),
    );
    const { status, body } = await upload('village-1', form('the retry'), { key });
    expect([status, (await contentOf(body['subject'])).body]).toEqual([201, { text: 'the retry' }]);
  });

  it('is received in the post that it names, or the first that may', async () => {
    const admin = 'admin-1';
    const account = await office.account('sector-1');
    const post = newUuid();
    await office.command(admin, 'account', account, 'AssignPost', {
      post,
      role: 'village',
      area: '433124110226',
      from: '2020-01-01',
    });
    const { body } = await upload('sector-1', form('by the post that may'));
    await office.system.caughtUp();
    expect((await office.call('village-1', 'GET', `papers/${String(body['subject'])}`)).body['area']).toBe(
      '433124110226',
    );
  });

  it('that was damaged on the disk is not given out, says what to do, and is mended by the same upload', async () => {
    const key = newUuid();
    const { body } = await upload('village-1', form('y'.repeat(2 * MIB)), { key });
    const paper = String(body['subject']);
    const path = join(folder, paper);
    const sound = readFileSync(path);
    const last = Buffer.from(sound);
    last[last.length - 1] = (last.at(-1) ?? 0) ^ 1;
    for (const damaged of [last, sound.subarray(0, MIB), Buffer.alloc(0)]) {
      writeFileSync(path, damaged);
      const answer = await contentOf(paper);
      expect(answer).toMatchObject({ status: 500, body: { code: 'paper/damaged', details: { paper } } });
      expect(answer.body['mend']).toContain('cli verify');
    }
    expect((await upload('village-1', form('y'.repeat(2 * MIB)), { key })).body).toEqual(body);
    expect((await contentOf(paper)).body).toEqual({ text: 'y'.repeat(2 * MIB) });
  });

  it('is in a backup also when its process died between its event and its place', async () => {
    const paper = newUuid();
    const own = await Office.open();
    const { system } = own;
    const form = { kind: 'other', area: '433124110226', mime: 'text/plain', name: 'a.txt' };
    const recorded = new Promise<string>((resolve) => {
      const died = async (stored: { sha256: string }): Promise<never> => {
        await system.commands.carryOut('paper', paper, 'ReceivePaper', { ...form, ...stored }, system.issued('setup'));
        resolve(stored.sha256);
        return new Promise<never>(() => undefined);
      };
      void system.papers.receive(paper, Readable.from([Buffer.from('between')]), died);
    });
    const sha256 = await recorded;
    const to = `${system.settings.data}-backup`;
    const output = { ...outputOf(true), answer: () => undefined };
    expect(await backup({ settings: system.settings, output }, to)).toBe(0);
    const settings = readSettings({ JIANDANG_DATA: `${system.settings.data}-restored`, JIANDANG_LOG_LEVEL: 'silent' });
    expect(await restore({ settings, output }, to)).toBe(0);
    const restored = await Office.open(settings.data);
    for await (const chunk of await restored.system.papers.open(paper, sha256))
      expect(chunk.toString()).toBe('between');
    await restored.close();
    await own.close();
  }, 60_000);
});
