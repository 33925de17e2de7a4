import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Notary } from '../notary';
import { ledgerPage } from './ledger-page';

const INDEX = String.raw`(x\d{3}/)*\d{3}`;
const TEXT = 'text/plain; charset=utf-8';

/**
 * What is served, as what, and for how long it may be kept: tiles never change, a kept checkpoint may gain
 * cosignatures.
 */
const SERVED: readonly (readonly [path: RegExp, type: string, caching: string])[] = [
  [/^checkpoint$/, TEXT, 'no-cache'],
  [/^witnessed$/, TEXT, 'no-cache'],
  [
    new RegExp(String.raw`^tile/(\d{1,2}|entries)/${INDEX}(\.p/\d{1,3})?$`),
    'application/octet-stream',
    'public, max-age=31536000, immutable',
  ],
  [/^checkpoints\/\d{1,16}$/, TEXT, 'public, max-age=60'],
  [/^events\/\d{1,9}$/, 'application/json; charset=utf-8', 'public, max-age=31536000, immutable'],
];

const serve = async (notary: Notary, path: string, reply: FastifyReply): Promise<unknown> => {
  const [, type, caching] = SERVED.find(([form]) => form.test(path)) ?? [];
  const bytes = type === undefined ? undefined : await notary.ledger.files.read(path);
  if (!type || !caching || !bytes) return reply.status(404).type(TEXT).send('404\n');
  return reply.header('cache-control', caching).header('access-control-allow-origin', '*').type(type).send(bytes);
};

/** The ledger, read-only, exactly as C2SP tlog-tiles lays it out; a list of its checkpoints; a page for people. */
export const ledgerRoutes = (fastify: FastifyInstance, notary: Notary): void => {
  fastify.get('/ledger/', async (_, reply) =>
    reply
      .header('cache-control', 'no-cache')
      .type('text/html; charset=utf-8')
      .send(await ledgerPage(notary)),
  );
  fastify.get('/ledger', (_, reply) => reply.redirect('/ledger/'));
  fastify.get('/ledger/checkpoints', async (_, reply) => {
    const sizes = await notary.ledger.sizes();
    return reply
      .header('cache-control', 'no-cache')
      .type(TEXT)
      .send(sizes.map((size) => `${String(size)}\n`).join(''));
  });
  fastify.get<{ Params: { '*': string } }>('/ledger/*', ({ params }, reply) => serve(notary, params['*'], reply));
};
