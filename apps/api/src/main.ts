import 'reflect-metadata';
import { isDemoUnfinished, loadDemo } from '@system/demo/load-demo';
import { firstLoginsFile, prepareFirstStart } from '@system/first-start';
import { openProcess, runProcess, say, stopOnSignal } from '@system/run-process';
import type { System } from '@system/system';
import { createApp } from './create-app';

/** Events to be folded, over all views, for which a start waits. */
const PATIENCE = 100_000;

/** On embedded stores this process is the whole system; on engines projector and worker run apart. */
const start = async (system: System): Promise<void> => {
  if (system.settings.engines) {
    await system.start([]);
    return;
  }
  await system.start(undefined, { patience: PATIENCE });
  const logins = await prepareFirstStart(system);
  if (logins.length > 0 && system.settings.demo) {
    say('正在装入示例数据 loading the demo …');
    await loadDemo(system, logins);
  } else if (isDemoUnfinished(system)) {
    const { data, keys } = system.settings;
    say(`示例数据上次未装完;要完整的示例,请删除 ${data} 与 ${keys} 后重新启动`);
    say(`the demo was interrupted: to have it whole, delete ${data} and ${keys}, and start again`);
  }
};

runProcess(async () => {
  const { settings, system, logger, traces } = await openProcess('api');
  await start(system);
  const app = await createApp(system, logger, traces);
  stopOnSignal(async () => {
    await app.close();
    await system.close();
    await traces?.close();
  });
  await app.listen(settings.port, settings.host);
  const url = (await app.getUrl()).replace('[::1]', 'localhost');
  say(`建档 Jiandang 已启动 is running: ${url}/docs`);
  if (!settings.engines) say(`首批账号 first logins: ${firstLoginsFile(settings.data)}`);
});
