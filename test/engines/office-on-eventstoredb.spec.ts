import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { householdCard, type HouseholdCard } from '@domain/household';
import { newUuid } from '@kernel/format';
import { EmbeddedDigests } from '@kernel/event-store/adapters/embedded-digests';
import { EmbeddedEventStore } from '@kernel/event-store/adapters/embedded-event-store';
import { EventstoredbEventStore } from '@kernel/event-store/adapters/eventstoredb-event-store';
import { problemOf } from '@kernel/http/problem';
import { copyLog, summaryOf, verifyLog, verifyOverPort } from '@kernel/ledger';
import { FolderLedgerFiles } from '@kernel/ledger/adapters/folder-ledger-files';
import { identify, publish, VILLAGE } from '@system/demo/story';
import { approveExit, consent, exit, prepareExit, type Exit } from '@system/demo/exit-story';
import { EngineOffice } from '../support/eventstoredb/office';
import { OwnLog } from '../support/eventstoredb/own-log';
import { cutStream, serverUnderTest, type ServerUnderTest } from '../support/eventstoredb/server';
import { steps } from '../support/steps';

jest.setTimeout(60_000);

/** Commands, views, processes and the sealer do not know on which engine the log lies. */
describe('an office whose log lies in an EventStoreDB', () => {
  const step = steps();
  const folder = mkdtempSync(join(tmpdir(), 'jd-on-esdb-'));
  const log = newUuid();
  const household = newUuid();
  const [head, wife] = [newUuid(), newUuid()];
  let server: ServerUnderTest;
  let store: OwnLog;
  let office: EngineOffice;

  beforeAll(async () => {
    server = await serverUnderTest();
    const digests = new EmbeddedDigests(join(folder, 'digests'));
    store = new OwnLog(await EventstoredbEventStore.open({ address: server.address, digests }));
    office = new EngineOffice(store, log, join(folder, 'data'));
    await office.start();
  });
  afterAll(async () => {
    await office.close();
    await store.close();
    server.stop();
  });

  const cardOf = async (of: EngineOffice): Promise<HouseholdCard | undefined> => {
    await of.caughtUp();
    const { items } = await of.models.find(householdCard, { limit: 10 });
    return items.find(({ id }) => id === household);
  };
  const card = (): Promise<HouseholdCard | undefined> => cardOf(office);

  step(
    'leads a household from its application to its exit, notices and meetings carried into it by processes',
    async () => {
      const stage = office.stage();
      const members = [
        { person: head, name: '石爬专', relation: '01', idNumber: '433124196805120016', phone: '13900000001' },
        { person: wife, name: '龙秀英', relation: '10', health: ['2'] },
      ];
      const one: Exit = { household, signer: wife, wageFen: 2_000_000 };
      await identify(stage, { household, members, inFavour: 31, householdNo: `${VILLAGE}0009` }, 2015);
      expect(await card()).toMatchObject({ status: 'poor', head: '石爬专', members: 2 });
      await prepareExit(stage, one, 2016);
      const early = publish(stage, 'village-1', 'exit-1', { on: '2016-11-03', households: [household] });
      const refusals = [{ target: `household-${household}`, code: 'household/consent-missing' }];
      await expect(early).rejects.toMatchObject({ code: 'effects/refused', refusals });
      await consent(stage, one, '2016-11-12');
      await approveExit(
        {
          ...stage,
          on: (day) => {
            stage.on(day < '2016-11-14' ? '2016-11-14' : day);
          },
        },
        one,
        2016,
      );
      await exit(stage, one, 2016);
      expect(await card()).toMatchObject({ status: 'exited', exitYear: 2016 });
      expect(office.troubles).toEqual([]);
    },
  );

  step('answers a repeated command with its first receipt, and refuses another body under its name', async () => {
    const issued = office.issued('system:setup');
    const account = { account: 'late-1', name: 'late' };
    const subject = newUuid();
    const first = await office.commands.execute('account', subject, 'OpenAccount', account, issued);
    const other = new EngineOffice(store, log, mkdtempSync(join(folder, 'other-')), join(folder, 'data-keys'));
    expect(await other.commands.execute('account', subject, 'OpenAccount', account, issued)).toEqual({
      ...first,
      repeated: true,
    });
    const changed = other.commands.execute('account', subject, 'OpenAccount', { ...account, name: 'other' }, issued);
    await expect(changed).rejects.toMatchObject({ name: 'CommandReused' });
    await other.close();
  });

  step('is sealed, and the same events on the embedded store have the same hashes, root and cards', async () => {
    await office.caughtUp();
    const checkpoint = await office.notary.sealer.sealNow();
    expect(await verifyLog(store)).toMatchObject({ sound: true, damages: [], events: checkpoint.size });
    const embedded = EmbeddedEventStore.open({ folder: join(folder, 'embedded') });
    expect(await copyLog(store, embedded)).toEqual({ already: 0, copied: checkpoint.size });
    const [there, here] = [await summaryOf(store), await summaryOf(embedded)];
    expect(here).toEqual(there);
    expect(here.root).toBe(checkpoint.root.toString('hex'));
    const before = await card();

    const twin = new EngineOffice(embedded, log, mkdtempSync(join(folder, 'twin-')), join(folder, 'data-keys'));
    await twin.start();
    expect(before).toMatchObject({ status: 'exited' });
    expect(await cardOf(twin)).toEqual(before);
    expect((await twin.notary.sealer.sealNow()).root.toString('hex')).toBe(checkpoint.root.toString('hex'));
    expect(twin.troubles).toEqual([]);
    await twin.close();
    await embedded.close();
  });

  step(
    'decides nothing on what the server has left of a record, says which, and verify names what is gone',
    async () => {
      const subject = newUuid();
      const stream = `account-${subject}`;
      const account = { account: 'cut-1', name: 'cut' };
      await office.commands.execute('account', subject, 'OpenAccount', account, office.issued('system:setup'));
      for (const area of ['433124', '433124110']) {
        const post = { post: newUuid(), role: 'county', area, from: '2013-01-01' };
        await office.commands.carryOut('account', subject, 'AssignPost', post, office.issued('system:setup'));
      }
      await office.caughtUp();
      await cutStream(server.address, stream, { truncateBefore: 2 });
      const other = new EngineOffice(store, log, mkdtempSync(join(folder, 'cut-')), join(folder, 'data-keys'));
      const post = { post: newUuid(), role: 'county', area: '433124', from: '2014-01-01' };
      const refused = other.commands.carryOut('account', subject, 'AssignPost', post, office.issued('system:setup'));
      const problem = problemOf(await refused.catch((error: unknown) => error), 'en', '/');
      expect(problem).toMatchObject({
        status: 503,
        code: 'system/damaged',
        details: { stream, expected: 0, found: 2 },
      });
      expect(problem.detail).toContain(`${stream} lacks revision 0`);
      await other.close();

      const files = new FolderLedgerFiles(join(folder, 'data', 'ledger'));
      const state = new FolderLedgerFiles(join(folder, 'data-keys'));
      const found = await verifyOverPort({ store, log, files, state });
      expect(found.sound).toBe(false);
      const missing = found.damages.filter(({ kind }) => kind === 'revision');
      expect(missing.map(({ stream: of, revision }) => [of, revision])).toEqual([
        [stream, 0],
        [stream, 1],
      ]);
    },
  );
});
