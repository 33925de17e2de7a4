import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { newUuid } from '@kernel/format';
import { NO_STREAM } from '@kernel/event-store';
import { EmbeddedDigests } from '@kernel/event-store/adapters/embedded-digests';
import { backoff } from '@kernel/event-store/adapters/eventstoredb-client';
import { EventstoredbEventStore } from '@kernel/event-store/adapters/eventstoredb-event-store';
import { SampleStream } from '@kernel/event-store/testing/sample-events';
import { EventStoreDouble, type Cluster } from '../support/eventstoredb/double.cjs';
import { until } from '../support/until';

jest.setTimeout(60_000);

/** How long nobody leads: the driver gives up looking after a second. */
const ELECTION = 2500;
const SOON = 2000;

/** The address that the deployment writes for three nodes, at the ports of the doubles, which speak no TLS. */
const deployed = ({ nodes }: Cluster): string => {
  const folder = mkdtempSync(join(tmpdir(), 'jd-secrets-'));
  const env = { ...process.env, SECRETS_FOLDER: folder };
  execFileSync(process.execPath, [join(__dirname, '../../deploy/make-secrets.mjs'), '--cluster'], { env });
  return nodes.reduce(
    (address, { port }, index) =>
      address.replace(`eventstoredb-${String(index + 1)}:2113`, `127.0.0.1:${String(port)}`),
    readFileSync(join(folder, 'eventstoredb'), 'utf8').replace(
      'tls=true&tlsCAFile=/certs/ca/ca.crt',
      'tls=false&insecure=true',
    ),
  );
};

const discovering = ({ nodes }: Cluster): string => `esdb+discover://127.0.0.1:${String(nodes[1]?.port)}?tls=false`;

describe('an EventStoreDB of three nodes', () => {
  let cluster: Cluster;
  let store: EventstoredbEventStore;
  let troubles: string[];
  const opened = (address: string, readonly = false): Promise<EventstoredbEventStore> =>
    EventstoredbEventStore.open({
      address,
      readonly,
      digests: new EmbeddedDigests(mkdtempSync(join(tmpdir(), 'jd-election-'))),
      onTrouble: (error) => void troubles.push(String(error)),
    });

  beforeEach(async () => {
    troubles = [];
    cluster = await EventStoreDouble.startCluster(3);
  });
  afterEach(async () => {
    await store.close();
    for (const node of cluster.nodes) node.stop();
  });

  it.each([
    ['at the address that the deployment writes', deployed],
    ['found through one of them', discovering],
  ])(
    '%s whose leader is killed, and which takes its time: everything goes on by itself when there is a new one',
    async (_how, addressOf) => {
      const address = addressOf(cluster);
      store = await opened(address);
      const stop = new AbortController();
      const seen: string[] = [];
      const following = (async () => {
        for await (const { events } of store.subscribe({ signal: stop.signal }))
          seen.push(...events.map(({ id }) => id));
      })();
      const sample = new SampleStream(newUuid());
      await store.append(sample.stream, NO_STREAM, sample.next(1));

      cluster.nodes[0]?.stop();
      let elected = Infinity;
      const timed = async <T>(work: Promise<T>): Promise<readonly [T, number]> => [await work, Date.now() - elected];
      const [event] = sample.next(1);
      const others = Array.from({ length: 4 }, () => new SampleStream(newUuid()));
      const work = [
        timed(store.append(sample.stream, 0, [event!])),
        ...others.map((one) => timed(store.append(one.stream, NO_STREAM, one.next(1)))),
        timed(store.read(sample.stream)),
        timed(store.head()),
        timed(opened(address, true).then((reader) => reader.close())),
      ];
      // How long there is no leader: what is asked meanwhile has to last so long.
      await sleep(ELECTION);
      await until('the driver has given up a search', () =>
        troubles.some((words) => words.includes('Failed to discover after 10 attempts')),
      );
      elected = Date.now();
      cluster.leader = cluster.nodes[2];
      const times = (await Promise.all(work)).map(([, ms]) => ms);
      await until('the event has come', () => seen.includes(event!.id));
      times.push(Date.now() - elected);
      expect(times.filter((ms) => ms > SOON)).toEqual([]);
      expect(await store.read(sample.stream)).toHaveLength(2);
      expect((await store.append(sample.stream, 1, sample.next(1))).revision).toBe(2);
      stop.abort();
      await following;
    },
  );

  it('of which one hangs: who leads is asked of the others', async () => {
    store = await opened(deployed(cluster));
    const sample = new SampleStream(newUuid());
    for (let n = 0; n < 4; n++) {
      cluster.nodes[1]!.faults.frozen = true;
      cluster.nodes[0]!.breakStreams();
      const began = Date.now();
      await store.append(sample.stream, n - 1, sample.next(1));
      expect(Date.now() - began).toBeLessThan(SOON);
    }
    cluster.nodes[1]!.recover();
  });

  it('is asked again within a second, however long there was no leader', () => {
    expect(Array.from({ length: 30 }, (_, attempt) => backoff(attempt)).filter((ms) => ms > 1000)).toEqual([]);
  });

  it('without a leader fails the readings of a process, never the process', async () => {
    store = await opened(deployed(cluster));
    const child = join(__dirname, 'elected-while-reading.cjs');
    const { stdout } = await promisify(execFile)(process.execPath, [child]);
    expect(stdout).toBe('Error: Failed to discover after 3 attempts.\nalive\n');
  });
});
