import type {
  ArgumentShapes,
  ArgumentValues,
  CommandShape,
  OptionShapes,
  OptionValues,
} from './command-shape.ts';
import type { ExitCode, Surroundings } from './surroundings.ts';
import type { Terminal } from './terminal.ts';

export interface BuiltinContext<
  Arguments extends ArgumentShapes = ArgumentShapes,
  Options extends OptionShapes = OptionShapes,
> {
  readonly args: ArgumentValues<Arguments>;
  readonly options: OptionValues<Options>;
  readonly surroundings: Surroundings;
  readonly terminal: Terminal;
}

/** A command of the kernel itself. What it needs besides its shape it imports when it runs, so that its help is quick. */
export interface BuiltinCommand<
  Arguments extends ArgumentShapes = ArgumentShapes,
  Options extends OptionShapes = OptionShapes,
> extends CommandShape<Arguments, Options> {
  readonly example: string;
  run(context: BuiltinContext<Arguments, Options>): Promise<ExitCode>;
}

/** Types a command of the kernel; does nothing else. */
export function defineBuiltin<
  const Arguments extends ArgumentShapes = Record<never, never>,
  const Options extends OptionShapes = Record<never, never>,
>(command: BuiltinCommand<Arguments, Options>): BuiltinCommand<Arguments, Options> {
  return command;
}
