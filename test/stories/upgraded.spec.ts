import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedEventStore } from '@kernel/event-store/adapters/embedded-event-store';
import type { EventStore } from '@kernel/event-store';
import { readinessOf } from '@system/metrics';
import { readSettings } from '@system/settings';
import { System } from '@system/system';
import type { Context } from '../../apps/cli/src/context';
import { outputOf } from '../../apps/cli/src/output';
import { backup, restore } from '../../apps/cli/src/verbs/keeping';
import { showJobs, showParked } from '../../apps/cli/src/verbs/operations';
import { replay } from '../../apps/cli/src/verbs/replay';
import { verify } from '../../apps/cli/src/verbs/verify';
import { steps } from '../support/steps';

/** Left by release 0.1.0 with a transfer that it could never carry out: see its README. */
const ARCHIVE = join(__dirname, '../support/release-0.1.0/office.tgz');

const scratch = mkdtempSync(join(tmpdir(), 'jd-upgraded-'));
const contextOf = (data: string): Context & { said: () => Record<string, unknown> } => {
  let said: object = {};
  const output = {
    ...outputOf(true),
    answer: (result: object) => {
      said = result;
    },
  };
  return {
    settings: readSettings({ JIANDANG_DATA: data, JIANDANG_DEMO: 'off' }),
    output,
    said: () => said as Record<string, unknown>,
  };
};

interface Recorded {
  readonly id: string;
  readonly h: string;
  readonly type: string;
  readonly stream: string;
}

const eventsOf = async (store: EventStore): Promise<readonly Recorded[]> => {
  const found: Recorded[] = [];
  for await (const page of store.readAll())
    found.push(...page.map(({ id, type, stream, meta }) => ({ id, type, stream, h: meta['h'] ?? '' })));
  return found;
};

const eventsIn = async ({ settings }: Context): Promise<readonly Recorded[]> => {
  const store = EmbeddedEventStore.open({ folder: settings.data, readonly: true });
  return eventsOf(store).finally(() => store.close());
};

/** The system's own record of itself may go on at any start. */
const ofOthers = (events: readonly Recorded[]) => events.filter(({ stream }) => !stream.startsWith('ledger-'));

describe('a folder that the release before has left', () => {
  const step = steps();
  const office = contextOf(join(scratch, 'data'));
  let left: readonly Recorded[] = [];
  let upgraded: readonly Recorded[] = [];
  /** The transfer that was too large is parked, or it is carried out: then the household has its thirty members. */
  let parked = 0;

  beforeAll(async () => {
    execFileSync('tar', ['-xzf', ARCHIVE, '-C', scratch]);
    left = await eventsIn(office);
  });

  step('is backed up and restored as it is, to the very event, before it was ever started', async () => {
    expect(await backup(office, join(scratch, 'copy-as-left'))).toBe(0);
    const restored = contextOf(join(scratch, 'restored-as-left', 'data'));
    expect(await restore(restored, join(scratch, 'copy-as-left'))).toBe(0);
    expect(restored.said()).toMatchObject({ sound: true, events: left.length });
    expect(await eventsIn(restored)).toEqual(left);
  });

  step(
    'starts: what could not be carried out is carried out or parked, and what waited behind it arrives',
    async () => {
      const system = await System.open(office.settings);
      await system.start();
      parked = (await system.processes.parked()).length;
      const { status, degraded } = await readinessOf(system);
      expect(status).toBe('ready');
      expect(degraded.filter(({ code }) => code === 'effects-parked').map(({ count }) => count)).toEqual(
        parked === 0 ? [] : [1],
      );
      upgraded = await eventsOf(system.store);
      await system.close();
      expect(upgraded.slice(0, left.length)).toEqual(left);
      const fresh = ofOthers(upgraded.slice(left.length)).map(({ type }) => type);
      expect(fresh.filter((type) => type === 'MembersReceived')).toHaveLength(parked === 0 ? 2 : 1);
      const CARRIED = ['MembersReleased', 'MembersListed', 'MembersReceived', 'RecordLinked'];
      expect(fresh.filter((type) => !CARRIED.includes(type))).toEqual([]);
    },
    60_000,
  );

  step(
    'is verified sound, keys, views, papers and links included, and every verb ends',
    async () => {
      expect(await verify(office, { keys: true, views: true })).toBe(0);
      expect(office.said()).toMatchObject({ sound: true, damages: [] });
      expect(await showJobs(office)).toBe(0);
      expect(await showParked(office)).toBe(parked === 0 ? 0 : 1);
      const corrected = left.find(({ type }) => type === 'CorrectionRecorded')?.stream.slice('household-'.length) ?? '';
      expect(await replay(office, corrected, {})).toBe(0);
    },
    60_000,
  );

  step(
    'appends nothing at later starts, even without its views',
    async () => {
      for (const losesViews of [false, true]) {
        if (losesViews)
          for (const end of ['', '-wal', '-shm']) rmSync(join(office.settings.data, `views.db${end}`), { force: true });
        const system = await System.open(office.settings);
        await system.start();
        expect((await system.processes.parked()).length).toBe(parked);
        await system.close();
        expect(ofOthers(await eventsIn(office))).toEqual(ofOthers(upgraded));
      }
    },
    60_000,
  );

  step(
    'is backed up and restored to the very event, and starting the copy appends nothing',
    async () => {
      const before = await eventsIn(office);
      expect(await backup(office, join(scratch, 'copy'))).toBe(0);
      const restored = contextOf(join(scratch, 'restored', 'data'));
      expect(await restore(restored, join(scratch, 'copy'))).toBe(0);
      expect(await eventsIn(restored)).toEqual(before);
      const system = await System.open(restored.settings);
      await system.start();
      await system.close();
      expect(ofOthers(await eventsIn(restored))).toEqual(ofOthers(before));
    },
    60_000,
  );
});
