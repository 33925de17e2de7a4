import {
  createParamDecorator,
  Inject,
  Injectable,
  Param,
  SetMetadata,
  type CanActivate,
  type ExecutionContext,
  type PipeTransform,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ApiHeader } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { NotAuthenticated, type Identity } from './identity';
import { isUuid, newUuid } from '@kernel/format';
import { InvalidCommand, type Clock } from '@kernel/commanding';
import type { CommandMeta } from '@kernel/sourcing';

/** Turns a bearer token into who speaks. @throws NotAuthenticated */
export abstract class Authenticator {
  abstract identify(token: string): Promise<Identity>;
}

const PUBLIC = 'jiandang:public';
/** A route that needs no token; every other one does. */
export const Public = () => SetMetadata(PUBLIC, true);

interface Asking extends FastifyRequest {
  caller?: Identity;
}

@Injectable()
export class CallerGuard implements CanActivate {
  constructor(
    @Inject(Authenticator) private readonly authenticator: Authenticator,
    @Inject(Reflector) private readonly reflector: Reflector,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (this.reflector.getAllAndOverride<boolean>(PUBLIC, [context.getHandler(), context.getClass()])) return true;
    const request = context.switchToHttp().getRequest<Asking>();
    const [, token] = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '') ?? [];
    if (token === undefined) throw new NotAuthenticated('no bearer token');
    request.caller = await this.authenticator.identify(token);
    return true;
  }
}

export const callerOf = (request: FastifyRequest): Identity => {
  const { caller } = request as Asking;
  if (!caller) throw new NotAuthenticated('no bearer token');
  return caller;
};

/** Who speaks. */
export const Caller = createParamDecorator((_: unknown, context: ExecutionContext) =>
  callerOf(context.switchToHttp().getRequest()),
);

const documentPurpose: ParameterDecorator = (target, key = '') => {
  const described = Object.getOwnPropertyDescriptor(target, key);
  if (described) ApiHeader({ name: 'x-purpose', required: false })(target, key, described);
};

/** Why somebody reads: the header `X-Purpose`. */
export const Purpose = createParamDecorator(
  (_: unknown, context: ExecutionContext): string | undefined =>
    header(context.switchToHttp().getRequest<FastifyRequest>(), 'x-purpose'),
  [documentPurpose],
);

/** An id in the path, in lower case. @throws InvalidCommand */
export const Id = (name = 'id') => Param(name, new UuidPipe(name));

@Injectable()
class UuidPipe implements PipeTransform<string, string> {
  constructor(private readonly name: string) {}

  transform(value: string): string {
    if (!isUuid(value))
      throw new InvalidCommand([{ path: `/${this.name}`, code: 'isUuid', message: 'must be a UUID in lower case' }]);
    return value;
  }
}

const header = (request: FastifyRequest, name: string): string | undefined => {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
};

const invalid = (path: string, message: string): InvalidCommand =>
  new InvalidCommand([{ path, code: 'header', message }]);

const revisionOf = (text: string | undefined): number | undefined => {
  if (text === undefined) return undefined;
  const [, digits] = /^(?:W\/)?"?(\d+)"?$/.exec(text) ?? [];
  if (digits === undefined) throw invalid('If-Match', 'must be the revision of an ETag');
  return Number(digits);
};

/** What a command carries beside its body, from the caller and the headers. @throws InvalidCommand */
export const issuedFrom = (request: FastifyRequest, clock: Clock): CommandMeta => {
  const { subject, auth } = callerOf(request);
  const cmd = header(request, 'idempotency-key') ?? newUuid();
  if (!isUuid(cmd)) throw invalid('Idempotency-Key', 'must be a UUID in lower case');
  const post = header(request, 'x-post');
  const ifRevision = revisionOf(header(request, 'if-match'));
  const traceparent = header(request, 'traceparent');
  return {
    cmd,
    actor: subject,
    auth,
    via: header(request, 'x-via') === 'web' ? 'web' : 'api',
    at: clock.now(),
    ...(post !== undefined && { post }),
    ...(ifRevision !== undefined && { ifRevision }),
    ...(traceparent !== undefined && { traceparent }),
  };
};
