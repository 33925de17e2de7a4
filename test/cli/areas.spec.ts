import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSettings } from '@system/settings';
import { importAreas } from '../../apps/cli/src/verbs/imports';
import { runVerb } from '../support/verbs';

describe('cli areas import', () => {
  const folder = mkdtempSync(join(tmpdir(), 'jd-areas-'));
  const file = join(folder, 'areas.csv');
  const settings = readSettings({ JIANDANG_DATA: join(folder, 'data') });
  const imported = (csv: string, term: object = {}) => {
    writeFileSync(file, csv);
    return runVerb(settings, (context) => importAreas(context, { prefix: '433124', file, ...term }));
  };

  it('records the areas of one county, with their days, once', async () => {
    const county = '433124000000,花垣县\n433124110998,新村';
    expect(await imported(county, { from: '2016-01-01' })).toEqual({ exit: 0, said: { areas: 2, recorded: 2 } });
    expect(await imported(county, { from: '2016-01-01' })).toMatchObject({ said: { recorded: 0 } });
    expect(await imported(county)).toMatchObject({ said: { recorded: 0 } });
    expect(await imported('433124110998,新村', { to: '2020-01-01' })).toMatchObject({ said: { recorded: 1 } });
    expect(await imported('433125001001,外县的村')).toMatchObject({ exit: 1, said: { code: 'area/other-county' } });
    expect(await imported('433124110998,新村', { from: '2020-01-01', to: '2020-01-01' })).toMatchObject({ exit: 1 });
    await expect(imported(county, { from: '2016-13-01' })).rejects.toThrow('--from 2016-13-01');
  });
});
