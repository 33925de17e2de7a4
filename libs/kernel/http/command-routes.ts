import { Body, Controller, Inject, Param, Post, Req, Res, type Type } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiBody, ApiHeader, ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Clock, InvalidCommand, send, type CommandReceipt } from '@kernel/commanding';
import { isUuid } from '@kernel/format';
import { schemaOf, type AnyDecider, type Class } from '@kernel/sourcing';
import { issuedFrom } from './caller';
import { exampleOf } from './example';

/** `SubmitHouseholdApplication` → `submit-household-application`. */
export const kebab = (name: string): string =>
  name.replace(/(?<=[a-z0-9])[A-Z]/g, (letter) => `-${letter}`).toLowerCase();

const mustBeUuid = (id: string): void => {
  if (!isUuid(id)) throw new InvalidCommand([{ path: '/id', code: 'isUuid', message: 'must be a UUID in lower case' }]);
};

type Receipt = Pick<CommandReceipt, 'subject' | 'revision' | 'position'>;

const RESPONSES: readonly (readonly [status: number, description: string])[] = [
  [201, 'The command is done and durable; a repeated command gets its first receipt again.'],
  [400, 'Unmet input: `errors` says where.'],
  [401, 'No or an ended session.'],
  [403, 'No post of the caller covers this act.'],
  [404, 'The record does not exist.'],
  [409, 'A rule of the field refuses; `code` is stable.'],
  [412, 'The record has moved on since `If-Match`.'],
];

const documented = (command: string, owner: Class): readonly MethodDecorator[] => [
  ApiOperation({ summary: command }),
  ApiParam({ name: 'id', format: 'uuid', description: 'A creating command takes a new UUID from the caller.' }),
  ApiHeader({
    name: 'Idempotency-Key',
    required: false,
    description: 'UUID of the command; without it the server makes one and says it.',
  }),
  ApiHeader({ name: 'If-Match', required: false, description: 'Revision that the caller saw.' }),
  ApiBody({ schema: schemaOf(owner), examples: { example: { value: exampleOf(schemaOf(owner)) as object } } }),
  ...RESPONSES.map(([status, description]) => ApiResponse({ status, description })),
];

/**
 * Routes of a decider, one for each command: `POST <path>/:id/<command-in-kebab-case>`, body = the fields of the
 * command.
 * `except` names commands that have no route of their own.
 */
export const commandRoutes = (
  path: string,
  decider: AnyDecider,
  { except = [] }: { readonly except?: readonly string[] } = {},
): Type<object> => {
  @ApiTags(path)
  @ApiBearerAuth()
  @Controller(path)
  class CommandController {
    constructor(
      @Inject(CommandBus) readonly bus: CommandBus,
      @Inject(Clock) readonly clock: Clock,
    ) {}
  }
  for (const [command, owner] of Object.entries(decider.commands.classes)) {
    if (!except.includes(command)) addRoute(CommandController, decider.category, command, owner);
  }
  return CommandController;
};

interface Routed {
  readonly bus: CommandBus;
  readonly clock: Clock;
}

const addRoute = (controller: Type<Routed>, category: string, command: string, owner: Class): void => {
  const method = async function (
    this: Routed,
    id: string,
    body: object | undefined,
    ...[request, reply]: readonly [FastifyRequest, FastifyReply]
  ): Promise<Receipt> {
    mustBeUuid(id);
    const issued = issuedFrom(request, this.clock);
    void reply.header('idempotency-key', issued.cmd);
    const { subject, revision, position } = await send(this.bus, [category, command], id, { body: body ?? {}, issued });
    void reply.header('etag', `"${String(revision)}"`);
    return { subject, revision, position };
  };
  const prototype = controller.prototype as object;
  const descriptor: PropertyDescriptor = { value: method, writable: true, configurable: true };
  Object.defineProperty(prototype, command, descriptor);
  Param('id')(prototype, command, 0);
  Body()(prototype, command, 1);
  Req()(prototype, command, 2);
  Res({ passthrough: true })(prototype, command, 3);
  Reflect.defineMetadata('design:paramtypes', [String, Object, Object, Object], prototype, command);
  for (const decorate of [Post(`:id/${kebab(command)}`), ...documented(command, owner)])
    decorate(prototype, command, descriptor);
};
