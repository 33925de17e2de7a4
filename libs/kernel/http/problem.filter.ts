import { Catch, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { languageOf, problemOf, UNEXPECTED } from './problem';

/**
 * Every error leaves as problem+json. Nobody's refusal is logged; a store that is away, a view that is behind or damage
 * is one line; only what nobody foresaw is an error, with its stack.
 */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  readonly #log = new Logger('problem');

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const problem = problemOf(error, languageOf(request.headers['accept-language']), request.url.split('?')[0] ?? '');
    if (problem.code === UNEXPECTED) this.#log.error(error);
    else if (problem.status >= 500) this.#log.warn(lineOf(problem.code, error));
    const reply = http.getResponse<FastifyReply>();
    if (problem.retryAfter !== undefined) void reply.header('retry-after', String(problem.retryAfter));
    void reply.status(problem.status).header('content-type', 'application/problem+json; charset=utf-8').send(problem);
  }
}

const lineOf = (code: string, error: unknown): string =>
  `${code}: ${error instanceof Error ? error.message : String(error)}`;
