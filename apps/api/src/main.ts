import 'reflect-metadata';
import { loadDemo } from '@standalone/demo/load-demo';
import { firstLoginsFile, prepareFirstStart } from '@standalone/first-start';
import { BadSetting, readSettings } from '@standalone/settings';
import { System } from '@standalone/system';
import { StoreUnavailable } from '@kernel/event-store';
import { MasterKeyError } from '@kernel/privacy';
import { createApp } from './create-app';

const say = (line: string): void => { process.stdout.write(`${line}\n`); }; // prettier-ignore

/** The standalone system: API, projector and processes in one process, on embedded stores. */
const main = async (): Promise<void> => {
  const settings = readSettings(process.env);
  const onTrouble = (where: string, error: unknown): void => { process.stderr.write(`${where}: ${String(error)}\n`); }; // prettier-ignore
  const system = await System.open(settings, { onTrouble });
  const isNew = (await system.store.head()) === undefined;
  await system.start();
  const logins = isNew ? await prepareFirstStart(system) : [];
  if (isNew && settings.demo) {
    say('正在装入示例数据 loading the demo …');
    await loadDemo(system, logins);
  }
  const app = await createApp(system);
  const stop = async (): Promise<void> => {
    await app.close();
    await system.close();
    process.exit(0);
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => { void stop(); }); // prettier-ignore
  await app.listen(settings.port, settings.host);
  const url = (await app.getUrl()).replace('[::1]', 'localhost');
  say(`建档 Jiandang 已启动 is running: ${url}/docs`);
  say(`首批账号 first logins: ${firstLoginsFile(settings.data)}`);
};

main().catch((error: unknown) => {
  const known = error instanceof BadSetting || error instanceof StoreUnavailable || error instanceof MasterKeyError;
  process.stderr.write(`${known ? error.message : String((error as Error).stack)}\n`);
  process.exit(1);
});
