import { CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Inject, type Type } from '@nestjs/common';
import type { AnyDecider, CommandMeta } from '@kernel/sourcing';
import { Commands, type CommandReceipt } from './commands';

/** What travels over the CommandBus: one class per command, because the bus routes by class. */
export interface IssuedCommand {
  readonly subject: string;
  readonly body: object;
  readonly issued: CommandMeta;
}

const carriers = new Map<string, Type<IssuedCommand>>();

/** The carrier class of a command, made once. */
export const carrierOf = (category: string, command: string): Type<IssuedCommand> => {
  const key = `${category}/${command}`;
  const known = carriers.get(key);
  if (known) return known;
  const carrier = {
    [command]: class {
      constructor(
        readonly subject: string,
        readonly body: object,
        readonly issued: CommandMeta,
      ) {}
    },
  }[command] as Type<IssuedCommand>;
  carriers.set(key, carrier);
  return carrier;
};

/** One CommandBus handler per entry of the decider's command table. */
export const commandHandlers = (decider: AnyDecider): readonly Type<ICommandHandler>[] =>
  Object.keys(decider.commands.classes).map((command) => {
    @CommandHandler(carrierOf(decider.category, command))
    class Handler implements ICommandHandler<IssuedCommand> {
      constructor(@Inject(Commands) readonly commands: Commands) {}
      execute({ subject, body, issued }: IssuedCommand): Promise<CommandReceipt> {
        return this.commands.carryOut(decider.category, subject, command, body, issued);
      }
    }
    return Handler;
  });

/** Sends a command over the bus. */
export const send = (
  bus: CommandBus,
  [category, command]: readonly [category: string, command: string],
  subject: string,
  { body, issued }: { body: object; issued: CommandMeta },
): Promise<CommandReceipt> => bus.execute(new (carrierOf(category, command))(subject, body, issued));
