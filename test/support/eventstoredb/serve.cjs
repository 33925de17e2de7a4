// @ts-check
/**
 * `node test/support/eventstoredb/serve.cjs --port 2113 [--host H] [--file log.jsonl]`: the double as a process of its
 * own.
 * Prints its address. A line on standard input switches faults, `{"slow": 50}`, or does one of `"recover"`,
 * `"closeStreams"`, `"breakStreams"`; every line is answered by `ok`. With `--file` the log survives a kill.
 */
const { createInterface } = require('node:readline');
const { parseArgs } = require('node:util');
const { EventStoreDouble } = require('./double.cjs');

const { values } = parseArgs({
  options: { port: { type: 'string' }, host: { type: 'string' }, file: { type: 'string' } },
});

/** @param {EventStoreDouble} double @param {string} line */
const obey = (double, line) => {
  const order = JSON.parse(line);
  if (typeof order === 'object') Object.assign(double.faults, order);
  else if (order === 'recover' || order === 'closeStreams' || order === 'breakStreams')
    double[/** @type {'recover'} */ (order)]();
  else throw new Error(`no such order: ${line}`);
};

const main = async () => {
  const { port, host, file } = values;
  const double = await EventStoreDouble.start({
    port: Number(port ?? 0),
    ...(host !== undefined && { host }),
    ...(file !== undefined && { file }),
  });
  process.stdout.write(`${double.address}\n`);
  createInterface({ input: process.stdin }).on('line', (line) => {
    obey(double, line);
    process.stdout.write('ok\n');
  });
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(0));
};

void main();
