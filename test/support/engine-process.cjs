// @ts-check
/**
 * One process of the scaled system, as its app starts it, on a clock that the test sets: `{ day }` or `{ instant }`
 * over IPC.
 */
require('reflect-metadata');
require('../../tools/register-swc.cjs');
const { SettableClock } = require('../../libs/system/settable-clock');

const clock = new SettableClock();
const now = clock.now.bind(clock);
SettableClock.prototype.now = () => now();
process.on('message', (/** @type {{ instant?: string }} */ { instant }) => {
  clock.set(instant);
  process.send?.({ set: instant });
});
process.once('disconnect', () => process.exit(0));
require(`../../apps/${process.argv[2] ?? ''}/src/main`);
