import helmet from '@fastify/helmet';
import multipart from '@fastify/multipart';
import rateLimit from '@fastify/rate-limit';
import { RequestMethod } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Logger } from 'nestjs-pino';
import type { Logger as Pino } from 'pino';
import { BODY, mustBeBounded, QUERY } from '@kernel/http';
import { loggerOf } from '@system/logging';
import { Metrics } from '@system/metrics';
import type { System } from '@system/system';
import { version } from '@system/version';
import type { RequestSpan, Traces } from '@system/traces';
import { AppModule } from './app.module';
import { UPLOAD_LIMITS } from '@domain/paper';
import { ledgerRoutes } from '@kernel/ledger';

const MIB = 1024 * 1024;
const OUTSIDE = ['health/live', 'health/ready', 'metrics'].map((path) => ({ path, method: RequestMethod.GET }));

/** The HTTP application over an opened system; it does not listen yet. */
export const createApp = async (
  system: System,
  logger: Pino = loggerOf('api', system.settings.logLevel),
  traces?: Traces,
): Promise<NestFastifyApplication> => {
  const metrics = new Metrics(system);
  const adapter = new FastifyAdapter({
    bodyLimit: MIB,
    loggerInstance: logger,
    ...(system.settings.proxies.length > 0 && { trustProxy: [...system.settings.proxies] }),
    genReqId: () => globalThis.crypto.randomUUID(),
  });
  const module = AppModule.of(system, metrics, logger);
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, { bufferLogs: true });
  app.useLogger(app.get(Logger));
  app.setGlobalPrefix('api/v1', { exclude: OUTSIDE });
  const fastify = app.getHttpAdapter().getInstance();
  await addEdge(fastify, system);
  measure(fastify, metrics);
  bound(fastify);
  if (traces) trace(fastify, traces);
  SwaggerModule.setup('docs', app, () => openapiOf(app), { jsonDocumentUrl: 'docs/openapi.json' });
  return app;
};

export const openapiOf = (app: NestFastifyApplication): OpenAPIObject =>
  SwaggerModule.createDocument(
    app,
    new DocumentBuilder()
      .setTitle('Jiandang 建档')
      .setDescription('Records of targeted poverty alleviation: every act an event, every answer a replay.')
      .setVersion(version)
      .addBearerAuth()
      .build(),
  );

const addEdge = async (fastify: FastifyInstance, system: System): Promise<void> => {
  await fastify.register(helmet, {
    contentSecurityPolicy: { directives: { scriptSrc: ["'self'", "'unsafe-inline'"], upgradeInsecureRequests: null } },
    strictTransportSecurity: false,
  });
  strict(fastify);
  await fastify.register(rateLimit, {
    max: system.settings.rateLimit,
    timeWindow: '1 minute',
    ...(system.stores.limits !== undefined && {
      redis: system.stores.limits,
      nameSpace: `jiandang-${system.log}-limit-`,
      skipOnError: true,
    }),
    keyGenerator: ({ headers, ip }) => headers.authorization ?? ip,
  });
  await fastify.register(multipart, { limits: UPLOAD_LIMITS });
  ledgerRoutes(fastify, system.notary);
};

/** Nobody walks a body or a query that has not been measured: not the validators, not the words of a refusal. */
const bound = (fastify: FastifyInstance): void => {
  fastify.addHook('preValidation', (request, _reply, done) => {
    mustBeBounded(request.query, QUERY);
    mustBeBounded(request.body, BODY);
    done();
  });
};

/** A browser that came over TLS stays on it; over plain HTTP in a LAN nothing may send it where nobody answers. */
const strict = (fastify: FastifyInstance): void => {
  fastify.addHook('onRequest', (request, reply, done) => {
    if (request.protocol === 'https') void reply.header('strict-transport-security', 'max-age=31536000');
    done();
  });
};

const routeOf = (request: FastifyRequest): string => request.routeOptions.url ?? 'unknown';

const measure = (fastify: FastifyInstance, { requests }: Metrics): void => {
  fastify.addHook('onResponse', (request, reply, done) => {
    const labels = { method: request.method, route: routeOf(request), status: String(reply.statusCode) };
    requests.observe(labels, reply.elapsedTime / 1000);
    done();
  });
};

/** The request's own span takes the place of its caller's in what it causes. */
const trace = (fastify: FastifyInstance, traces: Traces): void => {
  const spans = new WeakMap<FastifyRequest, RequestSpan>();
  fastify.addHook('onRequest', (request, _reply, done) => {
    const { traceparent } = request.headers;
    const span = traces.request(request.method, typeof traceparent === 'string' ? traceparent : undefined);
    spans.set(request, span);
    if (span.traceparent !== undefined) request.headers['traceparent'] = span.traceparent;
    span.within(done);
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    spans.get(request)?.end(`${request.method} ${routeOf(request)}`, reply.statusCode);
    done();
  });
};
