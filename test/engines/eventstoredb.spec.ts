import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bodyHash, headHash, newUuid } from '@kernel/format';
import { NO_STREAM, type NewEvent } from '@kernel/event-store';
import { EmbeddedDigests } from '@kernel/event-store/adapters/embedded-digests';
import { BadAddress, readAddress } from '@kernel/event-store/adapters/eventstoredb-address';
import { EventstoredbEventStore } from '@kernel/event-store/adapters/eventstoredb-event-store';
import { eventStoreContract } from '@kernel/event-store/testing/event-store.contract';
import { SampleStream } from '@kernel/event-store/testing/sample-events';
import { LOG, type Sample } from '../support/catalogue';
import { EventStoreDouble } from '../support/eventstoredb/double.cjs';
import {
  cutStream,
  deleteForEver,
  deleteSoftly,
  describeDouble,
  serverUnderTest,
  type ServerUnderTest,
} from '../support/eventstoredb/server';
import { until } from '../support/until';

jest.setTimeout(30_000);

/** More than any sample holds. */
const MANY = 1000;

/** As the driver sends it. */
const rawOf = ({ id, type, meta, body }: NewEvent) => ({
  id,
  type,
  contentType: 'application/json',
  data: Buffer.from(body),
  metadata: Buffer.from(JSON.stringify(meta)),
});

const digests = () => new EmbeddedDigests(mkdtempSync(join(tmpdir(), 'jd-digests-')));

describe('EventStoreDB', () => {
  let server: ServerUnderTest;
  beforeAll(async () => {
    server = await serverUnderTest();
  });
  afterAll(() => {
    server.stop();
  });

  eventStoreContract('the EventStoreDB adapter', async () => {
    const options = { address: server.address, digests: digests() };
    const store = await EventstoredbEventStore.open(options);
    const reopen = async () => {
      await store.close();
      return EventstoredbEventStore.open(options);
    };
    const cut = (stream: string, before: number) =>
      before > MANY
        ? deleteSoftly(server.address, stream)
        : cutStream(server.address, stream, { truncateBefore: before });
    return { log: newUuid(), store, reopen, harm: { cut } };
  });
});

describe('the EventStoreDB adapter', () => {
  let server: ServerUnderTest;
  let store: EventstoredbEventStore;
  beforeEach(async () => {
    server = await serverUnderTest();
    store = await EventstoredbEventStore.open({ address: server.address, digests: digests() });
  });
  afterEach(async () => {
    await store.close();
    server.stop();
  });

  const corpus = join(__dirname, '../catalogue');
  const samples = readdirSync(corpus).map((file) => JSON.parse(readFileSync(join(corpus, file), 'utf8')) as Sample);

  it(`gives back every one of the ${String(samples.length)} events of the corpus so that it hashes to h`, async () => {
    for (const sample of samples) {
      const stream = sample.stream.replace(/-.*/, `-${newUuid()}`);
      const { whole: _whole, ...event } = sample;
      await store.append(stream, NO_STREAM, [{ ...event, stream }]);
      const [stored] = await store.read(stream);
      expect(stored).toMatchObject({ body: sample.body, boxes: sample.boxes, meta: sample.meta, id: sample.id });
      const { revision, id, type, meta, body } = stored!;
      expect(headHash({ log: LOG, stream: sample.stream, revision, id, type, meta, body: bodyHash(body) })).toBe(
        sample.meta['h'],
      );
    }
  });

  it('is the one appending store of its process; readers may be many', async () => {
    const options = { address: server.address, digests: digests() };
    await expect(EventstoredbEventStore.open(options)).rejects.toMatchObject({ reason: 'locked' });
    const reader = await EventstoredbEventStore.open({ ...options, readonly: true });
    await expect(reader.append('household-x', NO_STREAM, [])).rejects.toMatchObject({ reason: 'closed' });
    await reader.close();
  });

  it('says so when a stream was deleted on the server, and goes on in none of them', async () => {
    const [gone, dead] = [new SampleStream(newUuid()), new SampleStream(newUuid())];
    for (const sample of [gone, dead]) await store.append(sample.stream, NO_STREAM, sample.next(2));
    await deleteSoftly(server.address, gone.stream);
    await deleteForEver(server.address, dead.stream);
    for (const { stream } of [gone, dead])
      await expect(store.read(stream)).rejects.toMatchObject({ name: 'DamagedStream', stream, expected: 0 });
    const anew = new SampleStream(newUuid(), 'household', gone.id);
    const blind = store.append(gone.stream, NO_STREAM, anew.next(1));
    await expect(blind).rejects.toMatchObject({ name: 'DamagedStream', stream: gone.stream, expected: 0, found: 2 });
    const behind = store.append(dead.stream, 1, dead.next(1));
    await expect(behind).rejects.toMatchObject({ name: 'DamagedStream', stream: dead.stream });
  });

  it('gives nothing of a stream of which the server keeps the newest events only, by number or by age', async () => {
    const [counted, aged] = [new SampleStream(newUuid()), new SampleStream(newUuid())];
    for (const sample of [counted, aged]) await store.append(sample.stream, NO_STREAM, sample.next(13));
    await cutStream(server.address, counted.stream, { maxCount: 2 });
    await cutStream(server.address, aged.stream, { maxAge: 1 });
    const { stream } = counted;
    await expect(store.read(stream)).rejects.toMatchObject({ name: 'DamagedStream', stream, expected: 0, found: 11 });
    const whole = () =>
      store.read(aged.stream).then(
        () => true,
        () => false,
      );
    await until('they are too old', async () => !(await whole()), { every: 100 });
    await expect(store.read(aged.stream)).rejects.toMatchObject({ name: 'DamagedStream', stream: aged.stream });
  });

  it('estimates how many events lie far behind, and counts those near the end', async () => {
    const before = await store.head();
    const sample = new SampleStream(newUuid());
    let expected = NO_STREAM;
    for (let n = 0; n < 10; n++) expected = (await store.append(sample.stream, expected, sample.next(400))).revision;
    const [middle] = await store.read(sample.stream, { from: 2999, limit: 1 });
    expect(await store.countAfter(middle?.position)).toBe(1000);
    expect(Math.abs((await store.countAfter(before)) - 4000)).toBeLessThan(40);
  });

  it('refuses a position of another engine, and one that the log does not reach', async () => {
    const pages = (after: string) => store.subscribe({ after })[Symbol.asyncIterator]().next();
    await expect(pages('17')).rejects.toThrow('belongs to another engine');
    const future = '09000000000000000000/09000000000000000000';
    await expect(pages(future)).rejects.toThrow('reset or restored');
    const sample = new SampleStream(newUuid());
    await store.append(sample.stream, NO_STREAM, sample.next(1));
    await expect(pages(future)).rejects.toThrow('reset or restored');
  });
});

describeDouble('the EventStoreDB adapter, seen by the server', () => {
  let double: EventStoreDouble;
  let store: EventstoredbEventStore;
  beforeEach(async () => {
    double = await EventStoreDouble.start();
    store = await EventstoredbEventStore.open({ address: double.address, digests: digests() });
  });
  afterEach(async () => {
    await store.close();
    double.stop();
  });

  /** What a server writes for itself while nobody works. */
  const idle = (count: number): void => {
    double.log.writeSystemEvent('$stats-127.0.0.1', '$statsCollected', { count });
  };

  it('names the server and its version', () => {
    expect([store.address, store.serverVersion]).toEqual([double.address, '24.6.0-double']);
  });

  it('begins empty, whatever the server wrote for itself', async () => {
    expect([await store.head(), await store.countAfter(undefined)]).toEqual([undefined, 0]);
    const sample = new SampleStream(newUuid());
    const { position } = await store.append(sample.stream, NO_STREAM, sample.next(1));
    idle(40);
    expect([await store.head(), await store.countAfter(undefined)]).toEqual([position, 1]);
    const read = [];
    for await (const page of store.readAll()) read.push(...page);
    expect(read).toHaveLength(1);
  });

  it.each([
    ['an id that is no UUID', { id: 'x' }],
    ['a type that is empty', { type: '' }],
    ['a stream that is none of the format', { stream: 'household' }],
  ])('refuses %s before the driver sees it, which it would wedge', async (_what, change) => {
    const sample = new SampleStream(newUuid());
    const [event] = sample.next(1);
    const bad = { ...event!, ...change };
    await expect(store.append(bad.stream, NO_STREAM, [bad])).rejects.toMatchObject({ name: 'FormatError' });
    expect(double.calls.append).toBe(0);
    const good = new SampleStream(newUuid());
    expect((await store.append(good.stream, NO_STREAM, good.next(1))).revision).toBe(0);
  });

  it('refuses an event of more than 64 KiB before it is sent', async () => {
    const sample = new SampleStream(newUuid());
    await expect(store.append(sample.stream, NO_STREAM, sample.next(1, { bytes: 66_000 }))).rejects.toMatchObject({
      rule: 'event-too-large',
    });
    expect(double.calls.append).toBe(0);
  });

  it('finds the end behind what the server wrote for itself, looking at each of its events once', async () => {
    const sample = new SampleStream(newUuid());
    const { position } = await store.append(sample.stream, NO_STREAM, sample.next(1));
    idle(5000);
    await store.close();
    store = await EventstoredbEventStore.open({ address: double.address, digests: digests() });
    const looked = async () => {
      double.sent = 0;
      return [await store.head(), double.sent];
    };
    expect(await looked()).toEqual([position, 1]);
    idle(100);
    const [head, read] = await looked();
    expect([head, Number(read) > 100, Number(read) < 700]).toEqual([position, true, true]);
    expect(await looked()).toEqual([position, 1]);
    const written = await store.append(sample.stream, 0, sample.next(1));
    idle(1);
    expect((await looked())[0]).toBe(written.position);
  });

  it('finds what another wrote between the events of the server', async () => {
    const sample = new SampleStream(newUuid());
    await store.append(sample.stream, NO_STREAM, sample.next(1));
    idle(100);
    await store.head();
    const other = new SampleStream(newUuid());
    const before = double.log.end;
    double.log.append(other.stream, 'no_stream', other.next(1).map(rawOf));
    idle(100);
    expect(Number((await store.head())?.slice(0, 20))).toBe(before);
  });

  it('finds the leader of a cluster by gossip', async () => {
    await store.close();
    const address = `esdb+discover://127.0.0.1:${String(double.port)}?tls=false`;
    store = await EventstoredbEventStore.open({ address, digests: digests() });
    const sample = new SampleStream(newUuid());
    expect((await store.append(sample.stream, NO_STREAM, sample.next(1))).revision).toBe(0);
  });
});

describe('the address of an EventStoreDB', () => {
  it.each([
    ['esdb://db.example:2113', 'esdb://db.example:2113'],
    [
      'esdb+discover://user:p%40ss@a,b:2114?nodePreference=leader',
      'esdb+discover://user:***@a,b:2114?nodePreference=leader',
    ],
    ['esdb://127.0.0.1:2113?tls=false', 'esdb://127.0.0.1:2113?tls=false'],
    ['esdb://user:word@db:2113?tls=false&insecure=true', 'esdb://db:2113?tls=false'],
  ])('%s is shown as %s', (address, shown) => {
    expect(readAddress(address).shown).toBe(shown);
    expect(readAddress(address).connection).not.toContain('insecure');
  });

  it.each([
    ['kurrentdb://db:2113', 'must begin with esdb://'],
    ['http://db', 'must begin with esdb://'],
    ['', 'must begin with esdb://'],
    ['esdb://', 'is no host'],
    ['esdb://db:0', 'no port'],
    ['esdb://a:b:c', 'is no host'],
    ['esdb://user:p@ss@db', 'percent-encoded'],
    ['esdb://user:p:ss@db', 'percent-encoded'],
    ['esdb://user@db', 'user:password'],
    ['esdb://user:100%@db', 'percent-encoding'],
    ['esdb://user:secret@db?tls=false', 'drops user and password silently'],
    ['esdb://db?tls=false', 'in clear to db'],
    ['esdb://db?tls=no', 'tls must be true or false'],
    ['esdb://db?tls=true&tls=true', 'stands twice'],
    ['esdb://db?tlsVerifyCert=false', 'the driver ignores it'],
    ['esdb://db?tlsCAFile=/no/such/file', 'there is no file'],
    ['esdb://db?throwOnAppendFailure=false', 'wrong revision'],
    ['esdb://db?nodePreference=follower', 'may be behind'],
    ['esdb://db?keepAliveInterval=10', 'from 10000'],
    ['esdb://db?colour=red', 'no option "colour"'],
  ])('%s is refused: %s', (address, words) => {
    expect(() => readAddress(address, 'JIANDANG_EVENTSTOREDB')).toThrow(BadAddress);
    expect(() => readAddress(address)).toThrow(`JIANDANG_EVENTSTOREDB: `);
    expect(() => readAddress(address)).toThrow(words);
    expect(() => readAddress(address)).not.toThrow('secret');
  });
});
