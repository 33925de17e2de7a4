// @ts-check
/** Serves a filled folder; prints its address, and at its end what it used: MB of memory, seconds of processor. */
const { open } = require('./office.cjs');
const { createApp } = require('../../apps/api/src/create-app');

const main = async () => {
  const system = await open(process.argv[2] ?? '');
  await system.start();
  const app = await createApp(system);
  await app.listen(0, '127.0.0.1');
  process.stdout.write(`${await app.getUrl()}\n`);
  const idle = process.cpuUsage();
  process.on('SIGTERM', async () => {
    const { user, system: kernel } = process.cpuUsage(idle);
    const rss = Math.round(process.resourceUsage().maxRSS / 1024);
    process.stdout.write(`${JSON.stringify({ rss, cpu: (user + kernel) / 1e6 })}\n`);
    await app.close();
    await system.close();
    process.exit(0);
  });
};
main();
