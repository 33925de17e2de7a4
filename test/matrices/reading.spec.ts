import { newUuid } from '@kernel/format';
import { openapiOf } from '../../apps/api/src/create-app';
import { Office } from '../support/office';

/**
 * Every address that answers something, and what the read log says of it. Whoever adds a route says here which view its
 * reading is recorded as, or why it shows nothing personal.
 */
const RECORDED: Readonly<Record<string, string>> = {
  '/households': 'household-list',
  '/households/{id}': 'household-card',
  '/households/{id}/history': 'household-history',
  '/households/{id}/blame': 'household-blame',
  '/households/{id}/readers': 'readers',
  '/households/{id}/persons/{person}/readers': 'readers',
  '/households/{id}/slip': 'household-slip',
  '/compliance/households/{id}': 'compliance-cases',
  '/papers/{id}': 'paper',
  '/papers/{id}/content': 'paper-content',
  '/notices/{id}/sheet': 'notice-sheet',
  '/accounts': 'accounts',
  '/reads': 'reads',
  '/trace': 'trace-stream',
  '/compliance': 'compliance',
  '/compliance/cases': 'compliance-cases',
  '/inspections/{id}': 'inspection',
  '/break-glass': 'break-glass',
  '/break-glass/{id}': 'break-glass',
};
const IMPERSONAL: Readonly<Record<string, string>> = {
  '/notices': 'ids, dates and counts',
  '/notices/{id}': 'ids, dates and counts',
  '/meetings': 'ids, dates and votes',
  '/meetings/{id}': 'ids, dates and votes',
  '/areas': 'names of places',
  '/parameters': 'rules',
  '/posts': 'ids, roles and areas',
  '/inspections': 'scopes and counts',
  '/operations': 'ids of records, kinds of faults and counts',
  '/me': "the caller's own account",
};

describe('every answer', () => {
  let office: Office;
  beforeAll(async () => {
    office = await Office.open();
  });
  afterAll(() => office.close());

  const answering = () =>
    Object.entries(openapiOf(office.app).paths)
      .filter(([path, { get }]) => get && path.startsWith('/api/v1/'))
      .map(([path]) => path.slice('/api/v1'.length));

  it('is named here: recorded as a reading, or with a reason why it shows nothing personal', () => {
    const named = [...Object.keys(RECORDED), ...Object.keys(IMPERSONAL)];
    expect(answering().filter((path) => !named.includes(path))).toEqual([]);
    expect(named.filter((path) => !answering().includes(path))).toEqual([]);
    expect(Object.keys(RECORDED).filter((path) => path in IMPERSONAL)).toEqual([]);
  });

  it('that shows somebody leaves a record of its own view', async () => {
    const household = newUuid();
    const person = newUuid();
    const area = '433124110226';
    const { system } = office;
    const paper = String((await office.upload('village-1', 'application', 'a paper')).body['subject']);
    const today = new Date().toISOString().slice(0, 10);
    const application = {
      on: today,
      area,
      applicant: person,
      mode: 'written',
      members: [{ person, name: '石戊', relation: '01' }],
      mainCause: '1',
      otherCauses: [],
      papers: [paper],
    };
    const applied = await office.command(
      'village-1',
      'household',
      household,
      'SubmitHouseholdApplication',
      application,
    );
    const notice = newUuid();
    await office.command('village-1', 'notice', notice, 'PrepareNotice', {
      area,
      kind: 'exit-1',
      households: [household],
    });
    const broken = await office.call('county-1', 'POST', 'break-glass', {
      body: { household, reason: 'disaster', remark: '洪水' },
    });
    const glass = String(broken.body['subject']);
    const inspection = newUuid();
    const letter = String((await office.upload('admin-1', 'application', 'a letter')).body['subject']);
    const opened = await office.command('admin-1', 'inspections', inspection, 'OpenInspection', {
      kind: 'audit',
      body: '县审计局',
      area: '433124',
      inspectors: [await office.account('inspector-1')],
      papers: [letter],
      from: today,
      to: new Date(Date.now() + 9 * 86_400_000).toISOString().slice(0, 10),
    });
    expect([applied.status, broken.status, opened.status]).toEqual([201, 201, 201]);
    await system.caughtUp();
    const ids: Readonly<Record<string, string>> = {
      papers: paper,
      notices: notice,
      inspections: inspection,
      'break-glass': glass,
    };
    const year = `?area=${area}&year=${today.slice(0, 4)}`;
    const queries: Readonly<Record<string, string>> = {
      '/trace': `?stream=household-${household}`,
      '/compliance': year,
      '/compliance/cases': year,
    };
    for (const [path, view] of Object.entries(RECORDED)) {
      const kind = path.split('/')[1] ?? '';
      const url = path.replace('{id}', ids[kind] ?? household).replace('{person}', person) + (queries[path] ?? '');
      const before = (await system.reads.list({ view, limit: 500 })).items.length;
      const { status } = await office.call('inspector-1', 'GET', url.slice(1), { headers: { 'x-purpose': 'matrix' } });
      expect([path, status]).toEqual([path, 200]);
      expect([path, (await system.reads.list({ view, limit: 500 })).items.length]).toEqual([path, before + 1]);
    }
  });
});
