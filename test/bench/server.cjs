// @ts-check
/** Serves a filled folder; prints its address. */
const { open } = require('./office.cjs');
const { createApp } = require('../../apps/api/src/create-app');

const main = async () => {
  const system = await open(process.argv[2] ?? '');
  await system.start();
  const app = await createApp(system);
  await app.listen(0, '127.0.0.1');
  process.stdout.write(`${await app.getUrl()}\n`);
  process.on('SIGTERM', async () => {
    process.stdout.write(`${JSON.stringify({ rss: Math.round(process.resourceUsage().maxRSS / 1024) })}\n`);
    await app.close();
    await system.close();
    process.exit(0);
  });
};
main();
