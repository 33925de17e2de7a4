import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from '@kernel/engines/adapters/sqlite.cjs';
import { newUuid } from '@kernel/format';
import { verifyLog } from '@kernel/ledger';
import { VILLAGE } from '@system/demo/story';
import { recordAreas } from '@system/first-start';
import { BUILD, describeOnMongo } from '../support/mongodb';
import { ServedDouble } from '../support/eventstoredb/serving';
import { AppProcess, Engines, ScaledOffice } from '../support/engines';
import { cutStream } from '../support/eventstoredb/server';
import { Office } from '../support/office';
import { describeOnRedis } from '../support/redis';
import { steps } from '../support/steps';
import { story, told, type Told } from '../support/told';
import { until } from '../support/until';

/** A process of its own, which writes a line of JSON for each answer: a process has one log open. */
const processOf = async ({ env }: Pick<Engines, 'env'>, script: string, args: readonly string[]) => {
  const child = fork(join(__dirname, '../support', script), args, {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    silent: true,
  });
  const [said, troubles]: Buffer[][] = [[], []];
  child.stdout?.on('data', (chunk: Buffer) => said?.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => troubles?.push(chunk));
  const [status] = (await once(child, 'close')) as [number];
  const lines = Buffer.concat(said ?? [])
    .toString()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as object);
  return { status, lines, troubles: Buffer.concat(troubles ?? []).toString() };
};

const cli = async (engines: Pick<Engines, 'env'>, args: readonly string[]) => {
  const { lines, ...rest } = await processOf(engines, 'cli-process.cjs', ['--json', ...args]);
  return { ...rest, answer: lines[0] ?? {} };
};

describeOnRedis(
  'the same stories on all-embedded stores and on EventStoreDB, MongoDB and Redis as four processes',
  () => {
    describeOnMongo('', () => {
      const step = steps();
      let engines: Engines;
      let scaled: ScaledOffice;
      let embedded: Office;
      let onEmbedded: Told;
      let onEngines: Told;
      let ids: readonly string[] = [];
      /** The one that the village refused, here and there. */
      const refused = { embedded: '', engines: '' };

      beforeAll(async () => {
        engines = await Engines.start();
        [scaled, embedded] = await Promise.all([ScaledOffice.open(engines), Office.open()]);
        await Promise.all([scaled.signInAll(), embedded.signInAll()]);
        const here = await story(embedded.stage());
        refused.embedded = here[1];
        onEmbedded = await told(
          embedded.system,
          here,
          async (path) => (await embedded.call('county-1', 'GET', path)).body,
        );
        const others = await story(scaled.stage());
        ids = others;
        refused.engines = others[1];
        onEngines = await told(
          scaled.system,
          others,
          async (path) => (await scaled.call('county-1', 'GET', path)).body,
        );
      }, BUILD);
      afterAll(async () => {
        const ended = await Promise.allSettled([scaled.close(), embedded.close()]);
        await engines.stop();
        // The worker was replaced.
        expect(ended[0]).toEqual({ status: 'fulfilled', value: [1, 0, 0, 0] });
      }, 120_000);

      step('give equal cards', () => {
        expect(onEmbedded.cards[0]).toContain('"status":"exited"');
        expect(onEngines.cards).toEqual(onEmbedded.cards);
      });

      step('give equal timelines', () => {
        expect(onEmbedded.timelines[0]?.length).toBeGreaterThan(3000);
        expect(onEngines.timelines).toEqual(onEmbedded.timelines);
      });

      step('give equal roots over what was recorded', () => {
        expect(onEngines.root).toBe(onEmbedded.root);
      });

      step('keep a log whose every hash is sound, under a checkpoint of its own', async () => {
        for (const system of [scaled.system, embedded.system])
          expect(await verifyLog(system.store)).toMatchObject({ sound: true });
        expect((await scaled.system.ledger.newest())?.size).toBeGreaterThan(50);
      });

      step('carry one trace from the request through projector and worker', async () => {
        const processes = ['jiandang-api', 'jiandang-projector', 'jiandang-worker'];
        const whole = () =>
          [...engines.collector.services().values()].some((one) => processes.every((name) => one.has(name)));
        await until('a trace through all three', whole);
        const names = new Set(engines.collector.spans.map(({ name }) => name));
        expect([...names]).toEqual(
          expect.arrayContaining(['fold household-card', 'POST /api/v1/households/:id/submit-household-application']),
        );
      });

      step(
        'refuse what another household would refuse before it is recorded, and carry out the rest, at either API',
        async () => {
          const [household = ''] = ids;
          const on = '2016-12-20';
          const papers = [await scaled.stage().paper('village-1', 'minutes')];
          const meeting = newUuid();
          const act = (command: string, body: object) =>
            scaled.call('village-1', 'POST', `meetings/${meeting}/${command}`, body);
          const held = { area: VILLAGE, kind: 'representatives', eligible: 42, present: 36, women: 14, papers, on };
          expect((await act('hold-meeting', held)).status).toBe(201);
          const vote = { household, inFavour: 31, against: 3, abstained: 2, recused: 0 };
          for (let turn = 0; turn < 2; turn++)
            expect(await act('vote-on-applications', { votes: [vote] })).toMatchObject({
              status: 409,
              body: {
                code: 'effects/refused',
                errors: [{ path: '/votes/0/household', code: 'household/step-missing' }],
              },
            });
          expect((await scaled.system.store.read(`meeting-${meeting}`)).length).toBe(1);
          expect((await scaled.call('admin-1', 'GET', 'operations')).body).toMatchObject({ effects: [] });
          const unknown = await scaled.call('admin-1', 'POST', `operations/effects/${newUuid()}/retry`, {});
          expect([unknown.status, unknown.body['code']]).toEqual([404, 'operations/effect-not-parked']);
        },
      );

      step('share sessions: who signs out at one API is out at the other', async () => {
        const [one = '', other = ''] = scaled.urls;
        const headers = { authorization: `Bearer ${await scaled.token('helper-1')}` };
        const me = (url: string) => fetch(`${url}/api/v1/me`, { headers });
        expect((await me(one)).status).toBe(200);
        expect((await me(other)).status).toBe(200);
        expect((await fetch(`${one}/api/v1/sessions/current`, { method: 'DELETE', headers })).status).toBe(204);
        expect((await me(other)).status).toBe(401);
      });

      step(
        'share logins: of two accounts opened at both APIs one is opened; suspended at one, out at the other',
        async () => {
          const [one = '', other = ''] = scaled.urls;
          const admin = {
            authorization: `Bearer ${await scaled.token('admin-1')}`,
            'content-type': 'application/json',
          };
          const post = (url: string, path: string, body: object = {}, headers: Record<string, string> = admin) =>
            fetch(`${url}/api/v1/${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
          const ids = Array.from({ length: 6 }, () => newUuid());
          const opening = { account: 'twin-1', name: '双胞胎' };
          const answers = await Promise.all(
            ids.map((id, turn) => post(turn % 2 ? one : other, `accounts/${id}/open-account`, opening)),
          );
          expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409, 409]);
          const [twin = ''] = ids.filter((_, at) => answers[at]!.status === 201);
          const assigned = { post: newUuid(), role: 'village', area: VILLAGE, from: '2014-01-01' };
          expect((await post(one, `accounts/${twin}/assign-post`, assigned)).status).toBe(201);
          const given = (await (await post(one, `accounts/${twin}/reset-password`)).json()) as object;
          const begun = (await (await post(other, 'sessions', given)).json()) as {
            accessToken: string;
            refreshToken: string;
          };
          const headers = { authorization: `Bearer ${begun.accessToken}` };
          const me = (url: string) => fetch(`${url}/api/v1/meetings`, { headers });
          expect((await me(other)).status).toBe(200);
          expect((await post(one, `accounts/${twin}/suspend-account`, { reason: 'other' })).status).toBe(201);
          expect((await me(other)).status).toBe(401);
          expect((await post(other, 'sessions/refresh', { refreshToken: begun.refreshToken })).status).toBe(401);
          expect((await post(other, 'sessions', given)).status).toBe(401);
        },
      );

      step('share idempotency: a command sent to both APIs is done once', async () => {
        const id = newUuid();
        const papers = [await scaled.stage().paper('village-1', 'minutes')];
        const headers = {
          authorization: `Bearer ${await scaled.token('village-1')}`,
          'idempotency-key': newUuid(),
          'content-type': 'application/json',
        };
        const meeting = {
          area: VILLAGE,
          kind: 'representatives',
          eligible: 42,
          present: 36,
          women: 14,
          papers,
          on: '2016-12-20',
        };
        const send = (url: string) =>
          fetch(`${url}/api/v1/meetings/${id}/hold-meeting`, {
            method: 'POST',
            headers,
            body: JSON.stringify(meeting),
          });
        const answers = await Promise.all(scaled.urls.map(send));
        expect(answers.map(({ status }) => status)).toEqual([201, 201]);
        expect(await scaled.system.store.read(`meeting-${id}`)).toHaveLength(1);
      });

      step(
        'share the directory: an area that one of them records is known to all of them',
        async () => {
          const area = '433124110998';
          const { body } = await scaled.call('township-1', 'GET', 'households?limit=1');
          const households = (body['items'] as { id: string }[]).map(({ id }) => id);
          const prepare = async () =>
            (
              await scaled.call('township-1', 'POST', `notices/${newUuid()}/prepare-notice`, {
                kind: 'removal',
                area,
                households,
              })
            ).status;
          expect([await prepare(), await prepare()]).toEqual([409, 409]);
          await recordAreas(scaled.system, `${area},新村`);
          const both = async () => (await prepare()) === 201 && (await prepare()) === 201;
          await until('both know the area', both);
          expect([await prepare(), await prepare()]).toEqual([201, 201]);
        },
        30_000,
      );

      step('name the server of the log, and no password', () => {
        for (const { said } of scaled.processes)
          expect(said).toMatch(/^EventStoreDB \S+ esdb:\/\/127\.0\.0\.1:\d+\S*$/m);
      });

      step('let the verbs of the terminal run beside them, and they find nothing', async () => {
        const found = {
          verify: { sound: true },
          'verify reads': { sound: true },
          'keys verify': { sound: true, damages: [] },
          'rebuild accounts': { view: 'accounts', equal: true },
          jobs: { failed: [] },
          'accounts list': { doubled: [] },
          parked: { parked: [] },
        };
        const { status, lines, troubles } = await processOf(engines, 'verbs-process.cjs', Object.keys(found));
        expect([status, troubles]).toEqual([0, '']);
        expect(lines).toMatchObject(Object.entries(found).map(([name, said]) => ({ name, exit: 0, said })));
      });

      step(
        'let cli verify --keys run beside them as a process of its own, without a word on its error output',
        async () => {
          const { status, answer, troubles } = await cli(engines, ['verify', '--keys']);
          expect([status, troubles]).toEqual([0, '']);
          expect(answer).toMatchObject({ sound: true });
        },
        60_000,
      );

      step('let the operator ask through any API for what the projector keeps and the worker runs', async () => {
        const job = await scaled.call('admin-1', 'POST', 'operations/jobs/no-such-job/retry');
        expect([job.status, job.body['code']]).toEqual([404, 'operations/no-failed-job']);
        const parked = await scaled.call('admin-1', 'POST', `operations/parked/accounts/${newUuid()}/retry`);
        expect([parked.status, parked.body['code']]).toEqual([404, 'operations/not-parked']);
        expect((await scaled.call('admin-1', 'GET', 'operations')).body).toMatchObject({ failed: [], parked: [] });
      });

      step(
        'let a second worker stand by, which takes over when the first falls silent; that one publishes nothing more',
        async () => {
          const first = scaled.processes[0]!;
          const second = await AppProcess.start('worker', engines.env).running();
          const [health = ''] = /http:\S+(?=\/health\/ready)/.exec(second.said) ?? [];
          const seals = async () =>
            (await (await fetch(`${health}/metrics`)).text()).includes('jiandang_ledger_lag_events ');
          // That it stands by while the other one works: no event tells that nothing happened.
          await sleep(1000);
          expect(await seals()).toBe(false);
          const sealed = async () => (await scaled.system.ledger.newest())?.size ?? 0;
          const before = await sealed();
          first.freeze();
          await scaled.stage().paper('village-1', 'minutes');
          const head = await scaled.system.store.countAfter(undefined);
          await until('the second one has sealed', async () => (await sealed()) >= head, { within: 60_000 });
          expect(head).toBeGreaterThan(before);
          expect(await seals()).toBe(true);
          expect(await first.thawed()).toBe(1);
          expect(first.troubles.join('')).toContain('another worker has taken over the sealing');
          expect(await sealed()).toBeGreaterThanOrEqual(head);
          expect(await second.stop()).toBe(0);
          expect(await verifyLog(scaled.system.store)).toMatchObject({ sound: true });
        },
        120_000,
      );

      step(
        'let an administrator in again from the machine; the sessions begun before are ended at every API',
        async () => {
          expect((await scaled.call('admin-1', 'GET', 'operations')).status).toBe(200);
          const { status, answer, troubles } = await cli(engines, ['accounts', 'reopen', 'admin-1']);
          expect([status, troubles]).toEqual([0, '']);
          for (const url of scaled.urls) {
            const headers = { authorization: `Bearer ${await scaled.token('admin-1')}` };
            expect((await fetch(`${url}/api/v1/operations`, { headers })).status).toBe(401);
          }
          const { account, password } = answer as { account: string; password: string };
          expect((await scaled.call(undefined, 'POST', 'sessions', { account, password })).status).toBe(201);
        },
        60_000,
      );

      step(
        'start neither without their keys nor without their log, and make no new ones',
        async () => {
          const { env, lines, servers } = engines;
          const empty = `mongodb://127.0.0.1:${String(lines.mongo.port)}/${servers.mongo.database()}?insecure=true`;
          const withoutKeys = { env: { ...env, JIANDANG_MONGODB: empty } };
          const verb = await cli(withoutKeys, ['jobs']);
          expect(verb.status).toBe(2);
          expect(verb.troubles).toMatch(/MongoDB: keys[^]*密钥备份[^]*backup of the keys/);
          expect((await cli(withoutKeys, ['jobs'])).status).toBe(2);
          expect(await cli(withoutKeys, ['verify'])).toMatchObject({ status: 0, answer: { sound: true } });
          const nothing = new ServedDouble(join(mkdtempSync(join(tmpdir(), 'jd-double-')), 'log.jsonl'));
          await nothing.start();
          const port = /:(\d+)/.exec(nothing.address.slice(7))?.[1] ?? '';
          const eventstoredb = `esdb://127.0.0.1:${port}?tls=false&insecure=true`;
          const worker = AppProcess.start('worker', { ...env, JIANDANG_EVENTSTOREDB: eventstoredb });
          await expect(worker.running()).rejects.toThrow(/数据备份[^]*backup of the data/);
          expect(worker.troubles.join('')).not.toMatch(/^\s+at /m);
          await nothing.kill();
        },
        60_000,
      );

      step('count requests for both APIs together', async () => {
        const left = async (url: string): Promise<number> =>
          Number((await fetch(`${url}/api/v1/me`)).headers.get('x-ratelimit-remaining'));
        const [one = '', other = ''] = scaled.urls;
        const before = await left(one);
        expect(await left(other)).toBe(before - 1);
      });

      step(
        'answer 503 and name the record of which the store has lost the beginning; verify finds what is gone',
        async () => {
          const lost = new Database(join(embedded.system.settings.data, 'log.db'));
          lost.exec('DROP TRIGGER events_remain');
          const streams = lost.prepare('SELECT id FROM streams WHERE name = ?').pluck();
          const stream = streams.get(`household-${refused.embedded}`);
          lost.prepare('DELETE FROM events WHERE stream = ? AND revision = 0').run(stream);
          lost.close();
          await cutStream(engines.servers.events.address, `household-${refused.engines}`, { truncateBefore: 2 });
          for (const [office, id, found] of [
            [embedded, refused.embedded, 1],
            [scaled, refused.engines, 2],
          ] as const) {
            const answer = await office.call('county-1', 'GET', `households/${id}/history`);
            expect(answer.status).toBe(503);
            expect(answer.body).toMatchObject({
              code: 'system/damaged',
              details: { stream: `household-${id}`, expected: 0, found },
            });
          }
          const { status, answer } = await cli(engines, ['verify']);
          expect(status).toBe(1);
          expect(answer).toMatchObject({ sound: false });
          expect((answer as { damages: readonly object[] }).damages).toMatchObject([
            { stream: `household-${refused.engines}`, revision: 0, kind: 'revision' },
            { stream: `household-${refused.engines}`, revision: 1, kind: 'revision' },
          ]);
        },
        60_000,
      );
    });
  },
);
