// @ts-check
/** Appends to the log of a folder until it is killed, and prints what was acknowledged. */
require('reflect-metadata');
require('../../../../tools/register-swc.cjs');
const { EmbeddedEventStore } = require('../adapters/embedded-event-store');
const { SampleStream } = require('./sample-events');

const folder = process.argv[2] ?? '';

const main = async () => {
  const store = EmbeddedEventStore.open({ folder });
  const [first] = await store.read('ledger-01999999-0000-7000-8000-000000000001');
  const log = '01999999-0000-7000-8000-000000000001';
  if (!first) {
    const ledger = new SampleStream(log, 'ledger', log);
    await store.append(ledger.stream, -1, ledger.next(1));
  }
  for (;;) {
    const samples = Array.from({ length: 8 }, () => new SampleStream(log));
    await Promise.all(
      samples.map(async (sample) => {
        for (let turn = 0; turn < 5; turn++) {
          const expected = sample.revision;
          const { revision } = await store.append(sample.stream, expected, sample.next(3, { bytes: 500 }));
          process.stdout.write(`${sample.stream} ${String(revision)}\n`);
        }
      }),
    );
  }
};

void main();
