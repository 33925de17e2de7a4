import { householdCard } from '@domain/household';
import { setTimeout as sleep } from 'node:timers/promises';
import { verifyLog } from '@kernel/ledger';
import { demoRegister } from '@system/demo/register-csv';
import { importRegister } from '@system/import-register';
import { Engines, ScaledOffice } from '../support/engines';
import { BUILD, describeOnMongo } from '../support/mongodb';
import { describeOnRedis } from '../support/redis';
import { until } from '../support/until';

const ALL = process.env['FAULT_ROUNDS'] !== undefined;
const LASTS = ALL ? 30_000 : 2500;
const SCENARIO = ALL ? 1_800_000 : 180_000;

type Name = 'events' | 'mongo' | 'redis';
type Fault = 'killed' | 'frozen' | 'cut off';

const EVERY: readonly (readonly [Name, Fault])[] = (['events', 'mongo', 'redis'] as const).flatMap((engine) =>
  (['killed', 'frozen', 'cut off'] as const).map((fault) => [engine, fault] as const),
);
/**
 * A test run tries each engine and each fault once, one after the other; the long run all nine, each on engines of its
 * own.
 */
const RUNS = ALL ? EVERY.map((one) => [one]) : [EVERY.filter((_, index) => index % 4 === 0)];
/** What is imported in each fault; it begins when half of that is there. */
const BATCH = ALL ? 500 : 10;

/** Whoever asks meanwhile is told to come again, in words. */
const refusesForNow = async (office: ScaledOffice): Promise<void> => {
  const answer = await office.call('county-1', 'GET', 'households?limit=1');
  expect([answer.status, answer.body['code']]).toEqual([503, 'system/unavailable']);
};

describeOnRedis('an import while an engine is away', () => {
  describeOnMongo.each(RUNS.map((faults) => ({ faults })))('', ({ faults }) => {
    let engines: Engines;
    let office: ScaledOffice;
    beforeAll(async () => {
      engines = await Engines.start();
      office = await ScaledOffice.open(engines);
      await office.token('county-1');
    }, BUILD);
    afterAll(async () => {
      await office.close();
      await engines.stop();
    }, 120_000);

    const begin = (name: Name, fault: Fault): unknown => {
      if (fault === 'killed') return engines.servers[name].kill();
      if (fault === 'frozen') {
        engines.servers[name].freeze();
        return undefined;
      }
      engines.lines[name].cut();
      return undefined;
    };
    const end = async (name: Name, fault: Fault): Promise<void> => {
      if (fault === 'frozen') engines.servers[name].thaw();
      else if (fault === 'cut off') engines.lines[name].mend();
      else if (name === 'events') await engines.servers.events.start();
      else await engines.servers[name].up();
    };

    /** The same import again and again until it ends, as a platform starts a process again. */
    const importing = async (households: number, progress: (done: number) => void): Promise<number> => {
      const { system } = office;
      const issued = (cmd: string) => ({ ...system.issued('import', 'import'), cmd });
      for (let troubles = 0; ; troubles++) {
        try {
          const options = { issued, progress, refusedFile: `${system.settings.data}/refused.csv` };
          const result = await importRegister(system, Buffer.from(demoRegister(households)), options);
          expect(result).toMatchObject({ households, refused: 0 });
          return troubles;
        } catch (error) {
          if (troubles > 100) throw error;
          // A platform waits before it starts a process again.
          await sleep(500);
        }
      }
    };

    it.each(faults.map((one, index) => [...one, index] as const))(
      `%s is %s for ${String(LASTS / 1000)} s: nothing lost, nothing doubled, and nobody helped`,
      async (name, fault, index) => {
        const households = BATCH * (index + 1);
        let troubled: Promise<void> | undefined;
        const trouble = async (): Promise<void> => {
          await begin(name, fault);
          if (name === 'mongo' && fault !== 'frozen') await refusesForNow(office);
          await sleep(LASTS);
          await end(name, fault);
        };
        await importing(households, (done) => {
          if (done >= households - BATCH / 2) troubled ??= trouble();
        });
        await troubled;
        const { system } = office;
        await system.caughtUp();
        expect(await system.models.count(householdCard, {})).toBe(households);
        const registered = new Map<string, number>();
        for await (const page of system.store.readAll({ types: ['LegacyHouseholdRegistered', 'HouseholdRegistered'] }))
          for (const { stream } of page) registered.set(stream, (registered.get(stream) ?? 0) + 1);
        expect([...registered.values()].every((count) => count === 1)).toBe(true);
        expect(await system.projector.parked()).toEqual([]);
        // Who asks Redis fails fast: the connection comes back by itself.
        const failed = () => system.jobs.failed().catch(() => undefined);
        expect(await until('Redis is back', failed, { within: 30_000, every: 200 })).toEqual([]);
        expect(await verifyLog(system.store)).toMatchObject({ sound: true });
      },
      SCENARIO,
    );

    it('every process still answers its health', async () => {
      for (const url of office.urls) expect((await fetch(`${url}/health/ready`)).status).toBe(200);
    });
  });
});
