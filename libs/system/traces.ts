import type { Context, Span, TextMapGetter, TextMapSetter } from '@opentelemetry/api';
import type { Tracer } from '@kernel/event-store';

type Api = typeof import('@opentelemetry/api');

/** Traces of one process: spans below W3C `traceparent`s, sent to a collector. */
export interface Traces {
  readonly tracer: Tracer;
  /** Begins the span of a request; what `within` runs is below it. `end` says the status. */
  readonly request: (name: string, traceparent: string | undefined) => RequestSpan;
  /** Sends what is left. */
  readonly close: () => Promise<void>;
}

export interface RequestSpan {
  readonly traceparent: string | undefined;
  readonly within: (work: () => void) => void;
  readonly end: (name: string, status: number) => void;
}

const MOST_LINKS = 32;
const getter: TextMapGetter<Record<string, string>> = {
  keys: Object.keys,
  get: (carrier, key) => carrier[key],
};
const setter: TextMapSetter<Record<string, string>> = {
  set: (carrier, key, value) => {
    carrier[key] = value;
  },
};

/**
 * Loads the SDK and sends spans to an OTLP endpoint over HTTP. Ids, names of views and routes only: never a body or a
 * name.
 */
export const startTraces = async (endpoint: string, service: string): Promise<Traces> => {
  const api = await import('@opentelemetry/api');
  const { NodeTracerProvider, BatchSpanProcessor } = await import('@opentelemetry/sdk-trace-node');
  const { resourceFromAttributes } = await import('@opentelemetry/resources');
  const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-http');
  const exporter = new OTLPTraceExporter({ url: endpoint, headers: {} });
  const provider = new NodeTracerProvider({
    resource: resourceFromAttributes({ 'service.name': `jiandang-${service}` }),
    spanProcessors: [new BatchSpanProcessor(exporter)],
  });
  provider.register();
  const tracer = provider.getTracer('jiandang');
  const contextOf = (traceparent: string): Context =>
    api.propagation.extract(api.ROOT_CONTEXT, { traceparent }, getter);
  return {
    tracer: (name, parents, work) => {
      const [parent, ...others] = parents;
      const links = others.slice(0, MOST_LINKS).flatMap((one) => api.trace.getSpanContext(contextOf(one)) ?? []);
      const context = parent === undefined ? api.context.active() : contextOf(parent);
      const span = tracer.startSpan(name, { links: links.map((one) => ({ context: one })) }, context);
      const inside = api.trace.setSpan(context, span);
      return api.context.with(inside, () => ended(api, span, work(traceparentOf(api, inside))));
    },
    request: (name, traceparent) => {
      const context = traceparent === undefined ? api.ROOT_CONTEXT : contextOf(traceparent);
      const span = tracer.startSpan(name, { kind: api.SpanKind.SERVER }, context);
      const inside = api.trace.setSpan(context, span);
      return {
        traceparent: traceparentOf(api, inside),
        within: (work) => {
          api.context.with(inside, work);
        },
        end: (route, status) => {
          span.updateName(route).setAttribute('http.response.status_code', status).end();
        },
      };
    },
    close: () => provider.shutdown(),
  };
};

const traceparentOf = (api: Api, context: Context): string | undefined => {
  const carrier: Record<string, string> = {};
  api.propagation.inject(context, carrier, setter);
  return carrier['traceparent'];
};

const ended = async <T>(api: Api, span: Span, work: Promise<T>): Promise<T> => {
  try {
    return await work;
  } catch (error) {
    span.setStatus({ code: api.SpanStatusCode.ERROR, message: (error as Error).name });
    throw error;
  } finally {
    span.end();
  }
};
