import { StoreUnavailable } from '@kernel/engines';
import { loggerOf } from '@system/logging';
import { Office } from '../support/office';

interface Line {
  readonly level: number;
  readonly msg: string;
  readonly err?: { readonly stack: string };
  readonly req?: { readonly route: string };
}

const [WARN, ERROR] = [40, 50];

describe('the log of the API', () => {
  let office: Office;
  const written: string[] = [];
  const lines = (): readonly Line[] => written.map((line) => JSON.parse(line) as Line);

  /** What was logged while something was asked for. */
  const asking = async (url: string, headers: Record<string, string> = {}) => {
    written.length = 0;
    const { statusCode: status } = await office.app.inject({ method: 'GET', url, headers });
    return { status, all: lines(), text: written.join('') };
  };

  beforeAll(async () => {
    const logger = loggerOf('api', 'info', { write: (line: string) => written.push(line) });
    office = await Office.open(undefined, { logger });
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });
  afterAll(() => office.close());

  it('is JSON in which a request is told by its route, and nobody by name', async () => {
    const headers = { authorization: `Bearer ${await office.token('county-1')}` };
    const { status, all, text } = await asking(
      '/api/v1/households?q=%E7%9F%B3%E7%88%AC%E4%B8%93&head=433124196805120016',
      headers,
    );
    expect(status).toBe(400);
    expect(all.map(({ req }) => req?.route)).toContain('/api/v1/households');
    for (const secret of ['石爬专', '%E7%9F%B3', '433124196805120016', headers.authorization.slice(7)])
      expect(text).not.toContain(secret);
  });

  it('tells of no refusal beyond its status', async () => {
    const { status, all } = await asking('/api/v1/households');
    expect(status).toBe(401);
    expect(all.filter(({ level }) => level >= WARN)).toEqual([]);
  });

  it('tells of a store that is away in one line without a stack', async () => {
    jest.spyOn(office.system.projector, 'lag').mockRejectedValue(new StoreUnavailable('io', 'the disk is gone'));
    const { status, all } = await asking('/health/ready');
    expect(status).toBe(503);
    expect(all.filter(({ level }) => level >= WARN)).toMatchObject([
      { level: WARN, msg: 'system/unavailable: the disk is gone' },
    ]);
    expect(JSON.stringify(all)).not.toContain('stack');
  });

  it('tells of what nobody foresaw with its stack', async () => {
    jest.spyOn(office.system.projector, 'lag').mockRejectedValue(new TypeError('x is not a function'));
    const { status, all } = await asking('/health/ready');
    expect(status).toBe(500);
    const errors = all.filter(({ level }) => level >= ERROR);
    expect(errors).toMatchObject([{ err: { stack: expect.stringContaining('logging.spec') as string } }]);
  });
});
