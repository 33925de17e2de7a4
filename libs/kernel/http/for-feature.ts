import type { ModuleMetadata, Provider, Type } from '@nestjs/common';
import { commandHandlers } from '@kernel/commanding';
import type { Feature } from '@kernel/sourcing';

interface Served {
  /** Routes of commands and of questions. */
  readonly controllers?: readonly Type<object>[];
  /** What the controllers ask; other features see those of a global module. */
  readonly providers?: readonly Provider[];
}

/**
 * What Nest's `@Module` is told of a feature: its routes, a CommandBus handler for every command, and what it provides.
 */
export const forFeature = ({ deciders }: Pick<Feature, 'deciders'>, served: Served = {}): ModuleMetadata => {
  const { controllers = [], providers = [] } = served;
  return {
    controllers: [...controllers],
    providers: [...deciders.flatMap(commandHandlers), ...providers],
    exports: [...providers],
  };
};
