import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { householdCard } from '@domain/household';
import { EmbeddedReadModels } from '@kernel/read-models/adapters/embedded-read-models';
import { VILLAGE } from '@system/demo/story';
import { Office } from '../support/office';
import { importHouseholds } from '../support/register';
import { until } from '../support/until';

describe('an office whose views are to be built anew', () => {
  let office: Office;
  const notes: string[] = [];
  let goOn: () => void = () => undefined;

  beforeAll(async () => {
    office = await Office.open();
    await importHouseholds(office.system, [{ area: VILLAGE, number: `${VILLAGE}0001`, head: '石爬专' }]);
    const { data } = office.system.settings;
    await office.close();
    for (const end of ['', '-wal', '-shm']) rmSync(join(data, `views.db${end}`), { force: true });

    const held = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const write = Reflect.get(EmbeddedReadModels.prototype, 'write');
    jest.spyOn(EmbeddedReadModels.prototype, 'write').mockImplementation(async function (
      this: EmbeddedReadModels,
      ...given
    ) {
      if (given[0].name === householdCard.name) await held;
      return write.apply(this, given);
    });
    office = await Office.open(data, { patience: 0, onNote: (words) => notes.push(words) });
  }, 60_000);
  afterAll(async () => {
    goOn();
    jest.restoreAllMocks();
    await office.close();
  });

  it('starts, says in both languages how long that takes, and answers what needs no list', async () => {
    expect(notes.join('\n')).toMatch(/正在重建视图,约需 \d+ 分钟[^]*the views are being built anew, about \d+ minutes/);
    expect((await office.call('county-1', 'GET', 'me')).status).toBe(200);
    expect((await office.call(undefined, 'GET', '/health/live')).status).toBe(200);
  });

  it('says of a list that is not there yet that it is not, instead of showing a part of it', async () => {
    for (const [language, words] of [
      ['zh', '列表尚未更新'],
      ['en', 'has not caught up'],
    ] as const) {
      const headers = { 'accept-language': language };
      const { status, body, headers: sent } = await office.call('county-1', 'GET', 'households', { headers });
      expect({ status, code: body['code'] }).toEqual({ status: 503, code: 'system/view-behind' });
      expect(body['detail']).toContain(words);
      expect(sent['retry-after']).toBe('10');
    }
  });

  it('shows the list as soon as it is built, and says so', async () => {
    goOn();
    await until('the list is there', async () => (await office.call('county-1', 'GET', 'households')).status === 200);
    expect((await office.call('county-1', 'GET', 'households')).body['items']).toHaveLength(1);
    await until('the operator is told', () => notes.includes('视图已建好 the views are built'));
  });
});
