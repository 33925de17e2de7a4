import { newUuid } from '@kernel/format';
import type { Given } from '@kernel/sourcing/testing/specification';
import { given, members, of, steps, township, village1 } from './testing/identified';

const id = newUuid();
const history: readonly Given[] = [...steps.slice(0, 12), { ...steps[12]!, id }];
const asking = (replaces: object) => ({
  event: id,
  corrects: 'HouseholdRegistered',
  replaces,
  papers: of('correction'),
});

describe('a correction', () => {
  it.each([
    [{ riskFoundOn: '2014-02-30' }, ['riskFoundOn']],
    [{ members: [members[0], { ...members[1], born: '2015-02-29' }] }, ['members/1/born']],
  ])('is refused where it names a day that does not exist: %j', (replaces, fields) => {
    given(...history)
      .when('RequestCorrection', { ...asking(replaces), reason: 'entry-error' })
      .thenRejected('household/no-such-day', { fields });
  });

  it('is refused by its second person where it was asked for before that was checked', () => {
    const request = newUuid();
    const asked: Given = {
      type: 'CorrectionRequested',
      id: request,
      by: village1,
      data: asking({ riskFoundOn: '2014-02-30' }),
    };
    given(...history, asked)
      .when('RecordCorrection', { request }, { actor: township })
      .thenRejected('household/no-such-day');
    given(...history, asked)
      .when('RefuseCorrection', { request, papers: of('other') }, { actor: township })
      .then({ type: 'CorrectionRefused' });
  });

  it('names a day as precisely as it is known', () => {
    const replaces = {
      members: [{ ...members[0], born: '1958-02' }, members[1]],
      riskFoundOn: '2016-02-29',
    };
    given(...history)
      .when('RequestCorrection', { ...asking(replaces), reason: 'entry-error' })
      .then({ type: 'CorrectionRequested' });
  });
});
