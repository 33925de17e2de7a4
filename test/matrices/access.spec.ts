import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Post, PostAuthorizer, ROLES } from '@kernel/accounts';
import { Forbidden, type Commands } from '@kernel/commanding';
import { newUuid } from '@kernel/format';
import type { CommandMeta } from '@kernel/sourcing';
import { features, permissions } from '@system/features';

const commands = features.flatMap(({ deciders }) =>
  deciders.flatMap((decider) => Object.keys(decider.commands.classes)),
);
const AREA = '433124110226';
const INSPECTION = newUuid();

/**
 * Rights as they stand in the generated table, a line a command: whoever widens one writes it there, for all to see.
 */
const written = (() => {
  const cells = (line: string) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll('`', ''));
  const [head = [], , ...rows] = readFileSync(join(__dirname, '../../docs/generated/permissions.md'), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map(cells);
  return new Map(rows.map(([command = '', ...marks]) => [command, head.slice(1).filter((_, at) => marks[at] === '✓')]));
})();

/** An authorizer over one account with these posts, and those that are given to it. */
const authorizerOf = (posts: readonly object[], given: readonly Post[] = []) => {
  const folded = {
    state: () => Promise.resolve({ state: { status: 'open', posts }, revision: 1, h: '' }),
  } as Partial<Commands> as Commands;
  return new PostAuthorizer(folded, permissions, { of: () => Promise.resolve(given) });
};

/** … with one post. */
const holding = (role: string, area: string, from = '2013-01-01', to?: string) =>
  authorizerOf([{ post: newUuid(), role, area, from, ...(to !== undefined && { to }) }]);

/** What an open inspection gives, from day to day. */
const inspecting = (from: string, to: string): Post => ({
  post: INSPECTION,
  role: 'inspector',
  area: '433124',
  from,
  to,
});

const issued = (actor = newUuid()): CommandMeta => ({
  cmd: newUuid(),
  actor,
  auth: 'pwd',
  via: 'api',
  at: '2016-06-01T04:00:00.000Z',
});

describe('access', () => {
  it('names every command in the permissions, and no other', () => {
    expect(Object.keys(permissions).sort()).toEqual([...new Set(commands)].sort());
    expect([...written.keys()]).toEqual([...new Set(commands)].sort());
  });

  const matrix = [...new Set(commands)].flatMap((command) => ROLES.map((role) => [command, role] as const));
  it.each(matrix)('%s by %s is as the written table says', async (command, role) => {
    const act = holding(role, '433124').authorize(issued(), command, AREA);
    if (written.get(command)?.includes(role)) await expect(act).resolves.toMatchObject({ role });
    else await expect(act).rejects.toMatchObject({ name: 'Forbidden', code: 'access/not-permitted' });
  });

  it.each([...new Set(commands)])('%s by a part of the system is as the written table says', async (command) => {
    const act = holding('admin', '4331').authorize(issued('system:process'), command, AREA);
    if (written.get(command)?.includes('system')) await expect(act).resolves.toEqual({});
    else await expect(act).rejects.toMatchObject({ name: 'Forbidden', code: 'access/not-permitted' });
  });

  it.each([
    ['433124110226', AREA, true],
    ['433124110', AREA, true],
    ['433124000000', AREA, true],
    ['433124110200', AREA, false],
    ['433124110227', AREA, false],
    ['433125', AREA, false],
  ])('a post in %s covers %s: %s', async (post, area, covered) => {
    const act = holding('village', post).authorize(issued(), 'SurveyHousehold', area);
    if (covered) await expect(act).resolves.toMatchObject({ role: 'village' });
    else await expect(act).rejects.toMatchObject({ code: 'access/outside-area' });
  });

  it('ends with the post, on its day', async () => {
    await expect(
      holding('village', '4331', '2013-01-01', '2016-06-01').authorize(issued(), 'SurveyHousehold', AREA),
    ).rejects.toMatchObject({ code: 'access/no-post' });
    await expect(
      holding('village', '4331', '2016-06-02').authorize(issued(), 'SurveyHousehold', AREA),
    ).rejects.toBeInstanceOf(Forbidden);
    await expect(
      holding('village', '4331', '2016-06-01').authorize(issued(), 'SurveyHousehold', AREA),
    ).resolves.toBeDefined();
  });

  it.each([
    ['whoever holds no post', [], true],
    ['an inspector of elsewhere', ['inspector'], true],
    ['a dispute handler', ['dispute-handler'], true],
    ['no official of the inspected side', ['county'], false],
    ['no administrator', ['admin'], false],
  ] as const)('gives the post of an open inspection to %s', async (_what, roles, isGiven) => {
    const own = roles.map((role) => ({ post: newUuid(), role, area: '4401', from: '2013-01-01' }));
    const act = authorizerOf(own, [inspecting('2016-05-01', '2016-07-01')]).authorize(
      issued(),
      'RaiseInspectionFinding',
      AREA,
    );
    if (isGiven) await expect(act).resolves.toMatchObject({ post: INSPECTION, role: 'inspector' });
    else await expect(act).rejects.toMatchObject({ code: 'access/not-permitted' });
  });

  it.each([
    ['2016-05-31', '2016-06-01', false],
    ['2016-06-01', '2016-06-02', true],
    ['2016-06-02', '2016-07-01', false],
  ])('gives it in its period alone: %s to %s', async (from, to, isGiven) => {
    const act = authorizerOf([], [inspecting(from, to)]).authorize(issued(), 'RaiseInspectionFinding', AREA);
    if (isGiven) await expect(act).resolves.toMatchObject({ post: INSPECTION });
    else await expect(act).rejects.toMatchObject({ code: 'access/no-post' });
  });
});
