import { createServer, type Server, type ServerResponse } from 'node:http';
import { readinessOf, type Metrics } from './metrics';
import type { System } from './system';

type Answer = readonly [status: number, type: string, body: string];

const JSON_TYPE = 'application/json; charset=utf-8';

/**
 * Health and metrics of a process without an API: `/health/live`, `/health/ready`, `/metrics`. Resolves when it
 * listens.
 */
export const serveHealth = async (
  system: System,
  metrics: Metrics,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<Server> => {
  const routes: Readonly<Record<string, () => Promise<Answer>>> = {
    '/health/live': () => Promise.resolve([200, JSON_TYPE, JSON.stringify({ status: 'live' })]),
    '/health/ready': async () => {
      const readiness = await readinessOf(system);
      return [readiness.status === 'behind' ? 503 : 200, JSON_TYPE, JSON.stringify(readiness)];
    },
    '/metrics': async () => [200, metrics.contentType, await metrics.text()],
  };
  const answer = async (url: string, response: ServerResponse): Promise<void> => {
    const route = Object.hasOwn(routes, url) ? routes[url] : undefined;
    const [status, type, body] = (await route?.()) ?? [404, JSON_TYPE, JSON.stringify({ status: 'not found' })];
    response.writeHead(status, { 'content-type': type }).end(body);
  };
  const server = createServer((request, response) => {
    answer(request.url ?? '', response).catch((error: unknown) => {
      response.writeHead(503, { 'content-type': JSON_TYPE }).end(JSON.stringify({ status: (error as Error).name }));
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return server;
};
