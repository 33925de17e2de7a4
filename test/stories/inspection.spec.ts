import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { newUuid } from '@kernel/format';
import { Office, type Answer } from '../support/office';
import { steps } from '../support/steps';

const VILLAGE = '433124110226';
const headers = { 'x-purpose': 'inspection' };

interface Item {
  readonly index: number;
  readonly stream: string;
  readonly revision: number;
  readonly id: string;
  readonly type: string;
  readonly actor: string;
  readonly area: string;
  readonly papers: readonly string[];
  readonly h: string;
}
interface Finding {
  readonly rule: string;
  readonly step: string;
  readonly household: string;
  readonly case: string;
  readonly events: readonly { readonly id: string; readonly revision: number }[];
}

const itemsOf = ({ body }: Answer): readonly Item[] => body['items'] as Item[];
const basisOf = ({ body }: Answer) => body['basis'] as { log: string; treeSize: number; root?: string };
const findingsOf = ({ body }: Answer): readonly Finding[] => body['findings'] as Finding[];

describe("the inspector's questions", () => {
  const step = steps();
  let office: Office;
  let irregular: Finding;
  const ask = (path: string, login = 'inspector-1'): Promise<Answer> => office.call(login, 'GET', path, { headers });

  beforeAll(async () => {
    office = await Office.open(undefined, { demo: true });
    await office.signInAll();
    irregular = findingsOf(await ask(`compliance?area=${VILLAGE}&year=2017`))[0]!;
  }, 120_000);
  afterAll(() => office.close());

  const everyPage = async (question: string, limit: number): Promise<readonly Item[]> => {
    const items: Item[] = [];
    let after: string | undefined;
    do {
      const page = await ask(`trace?${question}&limit=${String(limit)}${after === undefined ? '' : `&after=${after}`}`);
      expect(page.status).toBe(200);
      items.push(...itemsOf(page));
      after = page.body['next'] as string | undefined;
    } while (after !== undefined);
    return items;
  };

  describe('trace', () => {
    step('tells what an actor did, in order, page by page the same as at once', async () => {
      const actor = await office.account('township-1');
      const whole = await everyPage(`actor=${actor}`, 500);
      expect(whole.length).toBeGreaterThan(12);
      expect(whole.every((item) => item.actor === actor)).toBe(true);
      expect(whole.map(({ index }) => index)).toEqual([...whole.map(({ index }) => index)].sort((a, b) => a - b));
      expect(whole.map(({ type }) => type)).toEqual(
        expect.arrayContaining(['CorrectionRecorded', 'TransferDecided', 'TownshipExitReviewed']),
      );
      expect(await everyPage(`actor=${actor}`, 5)).toEqual(whole);
      const { body } = await ask(`trace?actor=${actor}&limit=1`);
      expect(body['people']).toEqual({ [actor]: { account: 'township-1', name: '麻正文' } });
    });

    step('tells for a paper, by its id or by the hash of its file, every event that rests on it', async () => {
      const stored = await office.system.store.read(`household-${irregular.household}`);
      const [survey] = stored.filter(({ type }) => type === 'ExitSurveyed');
      const [paper = ''] = (JSON.parse(survey?.body ?? '{}') as { data: { papers: string[] } }).data.papers;
      const byId = itemsOf(await ask(`trace?paper=${paper}`));
      expect(byId.map(({ type }) => type)).toEqual(['PaperReceived', 'ExitSurveyed']);
      const sheet = await ask(`papers/${paper}`);
      for (const hash of [sheet.body['sha256'], sheet.body['sm3']])
        expect(itemsOf(await ask(`trace?hash=${String(hash)}`))).toEqual(byId);
      const none = await ask(`trace?hash=${'0'.repeat(64)}`);
      expect([none.status, none.body['items'], none.body['of']]).toEqual([200, [], []]);
    });

    step('tells what an import caused: the batch, and each household that it brought', async () => {
      const file = readFileSync(join(office.system.settings.data, 'demo-register.csv'));
      const rests = itemsOf(await ask(`trace?hash=${createHash('sha256').update(file).digest('hex')}&limit=500`));
      const started = rests.find(({ type }) => type === 'ImportStarted');
      const batch = started?.stream.slice('importBatch-'.length) ?? '';
      const caused = await everyPage(`batch=${batch}`, 500);
      expect(caused.filter(({ type }) => type === 'HouseholdRegistered')).toHaveLength(60);
      expect(caused.map(({ type }) => type)).toEqual(expect.arrayContaining(['ImportStarted', 'ImportCommitted']));
      expect(
        caused
          .filter(({ type }) => type === 'HouseholdRegistered')
          .every((item) => item.papers.includes(started?.papers[0] ?? '')),
      ).toBe(true);
    });

    step('tells what a notice and a single deciding event caused', async () => {
      const household = await office.system.store.read(`household-${irregular.household}`);
      const opened = household.find(({ type }) => type === 'ExitPublicityOpened');
      const notice = (JSON.parse(opened?.body ?? '{}') as { data: { notice: string } }).data.notice;
      const types = itemsOf(await ask(`trace?batch=${notice}`)).map(({ type }) => type);
      expect(types).toEqual([
        'NoticePrepared',
        'NoticePosted',
        'ExitPublicityOpened',
        'NoticePhotographed',
        'NoticeClosed',
        'ExitPublicityClosed',
      ]);
      const decided = opened?.meta['$causationId'] ?? '';
      expect(itemsOf(await ask(`trace?batch=${decided}`)).map(({ type }) => type)).toEqual([
        'NoticePosted',
        'ExitPublicityOpened',
      ]);
    });

    step('tells which decisions rest on a rule, by its key or by a version', async () => {
      const byKey = await ask('trace?rule=povertyLine.exit.2016');
      expect(itemsOf(byKey).map(({ type }) => type)).toEqual(['HouseholdExited', 'HouseholdExited', 'HouseholdExited']);
      const [version] = byKey.body['of'] as string[];
      expect(itemsOf(await ask(`trace?rule=${String(version)}`))).toEqual(itemsOf(byKey));
    });

    step('tells a record from its first event to its last, and a field from value to value', async () => {
      const stream = `household-${irregular.household}`;
      const stored = await office.system.store.read(stream);
      expect((await everyPage(`stream=${stream}`, 4)).map(({ revision, h }) => [revision, h])).toEqual(
        stored.map(({ revision, meta }) => [revision, meta['h']]),
      );
      const [corrected] = itemsOf(await ask(`trace?actor=${await office.account('township-1')}`)).filter(
        ({ type }) => type === 'CorrectionRecorded',
      );
      const field = await ask(`trace?household=${corrected?.stream.slice('household-'.length) ?? ''}&field=mainCause`);
      expect(field.body['items']).toMatchObject([
        { type: 'HouseholdRegistered', changes: [{ field: 'mainCause', after: '1' }] },
        {
          type: 'CorrectionRecorded',
          papers: [expect.any(String) as string],
          changes: [{ field: 'mainCause', before: '1', after: '3' }],
        },
      ]);
    });

    step('gives the same answer again at the same size of the log, whatever came after', async () => {
      const actor = await office.account('county-1');
      const questions = [
        `actor=${actor}`,
        `stream=household-${irregular.household}`,
        `household=${irregular.household}&field=status`,
      ];
      const before = await Promise.all(questions.map((question) => ask(`trace?${question}&limit=500`)));
      const visit = await office.upload('county-1', 'visit', 'later');
      const late = await office.command('village-1', 'household', irregular.household, 'RecordPostExitFollowUp', {
        on: '2026-11-24',
        items: [{ item: 'E1', result: 'met', confirmer: '村委会' }],
        papers: [visit.body['subject']],
      });
      expect(late.status).toBe(201);
      for (const [at, question] of questions.entries()) {
        const first = before[at]!;
        const { treeSize } = basisOf(first);
        const again = await ask(`trace?${question}&limit=500&treeSize=${String(treeSize)}`);
        expect(again.body).toEqual(first.body);
      }
      expect(itemsOf(await ask(`trace?${questions[0] ?? ''}&limit=500`)).length).toBe(itemsOf(before[0]!).length + 1);
      expect(await ask(`trace?actor=${actor}&treeSize=999999`)).toMatchObject({
        status: 400,
        body: { code: 'request/bad-query' },
      });
    });

    it.each([
      ['no question', 'trace'],
      ['two questions', `trace?actor=${newUuid()}&paper=${newUuid()}`],
      ['a field of nothing', `trace?actor=${newUuid()}&field=status`],
      ['no hash', 'trace?hash=abc'],
      ['an unknown question', 'trace?colour=red'],
    ])('refuses %s with words', async (_what, path) => {
      const answer = await ask(path);
      expect([answer.status, answer.body['code'], answer.body['mend']]).toEqual([
        400,
        'command/invalid',
        expect.stringMatching(/./),
      ]);
    });

    step('answers within the areas of whoever asks, and only posts that ask such questions', async () => {
      const actor = await office.account('village-1');
      expect((await ask(`trace?actor=${actor}`, 'village-1')).body).toMatchObject({
        status: 403,
        code: 'access/not-permitted',
      });
      expect((await ask(`trace?actor=${actor}`, 'sector-1')).status).toBe(403);
      const { body } = await ask('trace?actor=system:demo&limit=500', 'township-1');
      expect((body['items'] as Item[]).every(({ area }) => area.startsWith('433124110'))).toBe(true);
      expect((body['items'] as Item[]).length).toBeGreaterThan(0);
      expect((await office.call('inspector-1', 'GET', `trace?actor=${actor}`)).body['code']).toBe(
        'access/purpose-missing',
      );
    });
  });

  describe('blame', () => {
    step(
      'gives every field of the card with the event that set it last, masked by the role of the reader',
      async () => {
        const path = `households/${irregular.household}/blame`;
        const card = await ask(`households/${irregular.household}`);
        const { body } = await ask(path);
        const fields = body['fields'] as { field: string; value: unknown; set: Item }[];
        const status = fields.find(({ field }) => field === 'status');
        expect(status).toMatchObject({
          value: card.body['status'],
          set: { type: 'HouseholdExited', papers: [expect.any(String) as string] },
        });
        expect((body['people'] as Record<string, unknown>)[status?.set.actor ?? '']).toEqual({
          account: 'county-1',
          name: '向国平',
        });
        const head = fields.find(({ field }) => field === 'head');
        expect(head?.value).toBe(card.body['head']);
        const sector = (await ask(path, 'sector-1')).body['fields'] as { field: string; value: unknown }[];
        expect(sector.map(({ field }) => field)).not.toContain('mainCause');
        expect(sector.find(({ field }) => field === 'head')?.value).toBe(head?.value);
        const then = await ask(`${path}?knownAt=2016-01-01T00:00:00.000Z`);
        expect((then.body['fields'] as typeof fields).find(({ field }) => field === 'status')).toMatchObject({
          set: { revision: 0 },
        });
      },
    );

    step('is refused for a household that does not exist, and before it did', async () => {
      expect((await ask(`households/${newUuid()}/blame`)).status).toBe(404);
      expect((await ask(`households/${irregular.household}/blame?knownAt=2013-01-01T00:00:00.000Z`)).status).toBe(404);
      expect((await ask('households/nobody/blame')).status).toBe(400);
    });
  });

  describe('compliance', () => {
    step('finds in the year of the irregular exit what was inverted, too short and late, with the events', async () => {
      const answer = await ask(`compliance?area=${VILLAGE}&year=2017`);
      expect(answer.body['villages']).toMatchObject([
        {
          area: VILLAGE,
          name: '十八洞村',
          cases: 3,
          finished: 3,
          sound: 2,
          breaches: { 'step-missing': 0, 'step-inverted': 1, 'publicity-short': 1, 'late-entry': 1 },
        },
      ]);
      const stored = await office.system.store.read(`household-${irregular.household}`);
      const seen = findingsOf(answer).map(({ rule, step, events }) => [
        rule,
        step,
        ...events.map(({ id }) => stored.find((one) => one.id === id)?.type),
      ]);
      expect(seen).toEqual([
        ['step-inverted', 'verification', 'ExitReviewHeld', 'ExitVerified'],
        ['publicity-short', 'announcement', 'ExitAnnounced', 'HouseholdExited'],
        ['late-entry', 'survey', 'ExitSurveyed'],
      ]);
      expect(findingsOf(await ask(`compliance?area=${VILLAGE}&year=2016`))).toEqual([]);
    });

    step('counts what the old register could not prove, over the whole county too', async () => {
      const { body } = await ask('compliance?area=433124000000&year=2014');
      const villages = body['villages'] as { cases: number; breaches: Record<string, number> }[];
      expect(villages.length).toBeGreaterThan(1);
      expect(villages.reduce((sum, { cases }) => sum + cases, 0)).toBe(60);
      expect(villages.every(({ breaches }) => (breaches['evidence-gap'] ?? 0) > 0)).toBe(true);
    });

    step('gives the findings to a spreadsheet, and the cases behind them step by step', async () => {
      const csv = await ask(`compliance?area=${VILLAGE}&year=2017&format=csv`);
      expect(csv.headers['content-type']).toContain('text/csv');
      expect(String(csv.body['text']).trim().split('\r\n')).toHaveLength(4);
      const cases = await ask(`compliance/cases?area=${VILLAGE}&year=2017&rule=step-inverted`);
      expect(cases.body['items']).toMatchObject([{ household: irregular.household, kind: 'exit', outcome: 'exited' }]);
      const own = await ask(`compliance/households/${irregular.household}`);
      expect(own.body['items']).toMatchObject([
        { kind: 'identification', legacy: true },
        { kind: 'exit', year: '2017' },
      ]);
      expect(Object.values(own.body['people'] as object)).toContainEqual({ account: 'village-2', name: '龙秀芝' });
    });

    step('gives the same report again at the same size of the log', async () => {
      const first = await ask(`compliance?area=${VILLAGE}&year=2017`);
      const own = await ask(`compliance/households/${irregular.household}`);
      const paper = await office.upload('county-1', 'opinion', 'revoked');
      const approval = await office.upload('leading-group-2', 'approval', 'revoked');
      expect(paper.status).toBe(201);
      const revoke = {
        on: '2026-11-24',
        ground: 'procedure',
        statisticalYear: 2026,
        papers: [approval.body['subject']],
      };
      expect(
        (await office.command('leading-group-2', 'household', irregular.household, 'RevokeExit', revoke)).status,
      ).toBe(201);
      const again = await ask(`compliance?area=${VILLAGE}&year=2017&treeSize=${String(basisOf(first).treeSize)}`);
      expect(again.body).toEqual(first.body);
      const ownAgain = await ask(
        `compliance/households/${irregular.household}?treeSize=${String(basisOf(own).treeSize)}`,
      );
      expect(ownAgain.body).toEqual(own.body);
      const before = await ask(`compliance?area=${VILLAGE}&year=2017&treeSize=200`);
      expect(findingsOf(before)).toEqual([]);
    });

    step('is refused without an area or a year, and to posts that do not ask', async () => {
      expect((await ask('compliance?area=433124')).status).toBe(400);
      expect((await ask(`compliance?area=${VILLAGE}&year=2017`, 'village-1')).body['code']).toBe(
        'access/not-permitted',
      );
      expect((await ask(`compliance/households/${newUuid()}`)).status).toBe(404);
    });
  });

  step('records every such reading, by reader and by subject', async () => {
    const inspector = await office.account('inspector-1');
    const { body } = await office.call('inspector-1', 'GET', `reads?subject=${irregular.household}&limit=500`, {
      headers,
    });
    const reads = body['items'] as { actor: string; view: string; purpose: string }[];
    const views = new Set(reads.filter(({ actor }) => actor === inspector).map(({ view }) => view));
    for (const view of ['trace-stream', 'trace-household', 'household-blame', 'compliance', 'compliance-cases'])
      expect(views).toContain(view);
    expect(reads.find(({ actor }) => actor === inspector)?.purpose).toBe('inspection');
  });
});
