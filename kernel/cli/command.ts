import type { Container, Services } from '../container/index.ts';
import { BackplaneError, throwFaults } from '../errors.ts';
import type { Logger } from '../log/index.ts';
import { type Contribution, defineRegistry, type Owner } from '../snapshot/index.ts';
import { firstWord, reservedWords } from './builtin-names.ts';
import type {
  ArgumentShape,
  ArgumentShapes,
  ArgumentValues,
  CommandShape,
  OptionShapes,
  OptionValues,
} from './command-shape.ts';

/** Who contributes commands: a generation of an extension. */
export interface CommandOwner extends Owner {
  readonly container: Container;
  readonly log: Logger;
}

/** What a command receives when it is run. */
export interface CommandContext<
  Arguments extends ArgumentShapes = ArgumentShapes,
  Options extends OptionShapes = OptionShapes,
> {
  readonly args: ArgumentValues<Arguments>;
  readonly options: OptionValues<Options>;
  /** The services of the extension; scoped ones live as long as the command runs. */
  readonly services: Services;
  readonly log: Logger;
  /** Aborts at the first Ctrl+C or SIGTERM: a command that takes long ends its work then. */
  readonly signal: AbortSignal;
  /** Writes a line of the result to standard output; the log goes to standard error. */
  print(line?: string): void;
}

export interface CommandDefinition<
  Arguments extends ArgumentShapes = ArgumentShapes,
  Options extends OptionShapes = OptionShapes,
> extends CommandShape<Arguments, Options> {
  /** How it is called: `import`, or several words as in `blog import`. */
  readonly name: string;
  /** What it does, in one line. */
  readonly description: string;
  /** What it throws is shown, and makes the exit code 1. */
  run(context: CommandContext<Arguments, Options>): unknown;
}

/** A command that an extension contributes. */
export class Command {
  readonly definition: CommandDefinition;

  constructor(definition: CommandDefinition) {
    this.definition = definition;
  }
}

/**
 * A command, as the files under `commands/` export it. Running it loads the application without listening.
 *
 * @throws COMMAND_INVALID for a name that cannot be typed
 *
 * @example
 * export default defineCommand({
 *   name: 'blog import',
 *   description: 'Reads posts from a file',
 *   arguments: { file: { description: 'A CSV file' } },
 *   options: { dryRun: { type: 'boolean', description: 'Only say what would be read' } },
 *   run: ({ args, options, services }) => services.posts.import(args.file, options),
 * });
 */
export function defineCommand<
  const Arguments extends ArgumentShapes = Record<never, never>,
  const Options extends OptionShapes = Record<never, never>,
>(definition: CommandDefinition<Arguments, Options>): Command {
  const { name } = definition;
  const args: ArgumentShapes = definition.arguments ?? {};
  if (!/^[a-z][a-z0-9-]*( [a-z][a-z0-9-]*)*$/.test(name)) {
    throw new BackplaneError('COMMAND_INVALID', {
      command: name,
      reason: 'its name must be words of lower-case letters, digits and dashes, one space between them',
    });
  }
  const list = Object.values(args);
  const optional = list.map((one) => one.optional === true || one.variadic === true);
  const isMisplaced = (one: ArgumentShape, i: number): boolean =>
    i < list.length - 1 && (one.variadic === true || (optional[i] === true && optional[i + 1] !== true));
  if (list.some(isMisplaced)) {
    throw new BackplaneError('COMMAND_INVALID', {
      command: name,
      reason: 'optional arguments must come last, and only the last may be variadic',
    });
  }
  return new Command(definition);
}

export interface OwnedCommand {
  readonly command: Command;
  readonly owner: CommandOwner;
}

/** The commands of all extensions, by name. */
export type CommandTable = ReadonlyMap<string, OwnedCommand>;

/** Collects `commands/`. */
export const commands = defineRegistry<Command, CommandTable, CommandOwner>({
  name: 'commands',
  folder: 'commands',
  expected: 'a command made with defineCommand({…})',
  accepts: (value) => value instanceof Command,
  compile: compileCommands,
});

function compileCommands(contributions: readonly Contribution<Command, CommandOwner>[]): CommandTable {
  const table = new Map<string, OwnedCommand>();
  const faults: Error[] = [];
  const reserved = reservedWords();
  for (const { owner, value: command } of contributions) {
    const { name } = command.definition;
    const conflict = (other: string, what = `The command "${name}"`): void => {
      faults.push(new BackplaneError('CONTRIBUTION_CONFLICT', { what, owners: [other, owner.name] }));
    };
    const same = table.get(name);
    if (reserved.has(firstWord(name))) conflict('kernel', `The command "${firstWord(name)}"`);
    else if (same) conflict(same.owner.name);
    else table.set(name, { command, owner });
  }
  for (const [name, { owner }] of table) {
    for (const [longer, { owner: other }] of table) {
      // "blog" with arguments and "blog import" could not be told apart.
      if (!longer.startsWith(`${name} `)) continue;
      const what = `The command "${name}", with which "${longer}" begins,`;
      faults.push(
        new BackplaneError('CONTRIBUTION_CONFLICT', {
          what,
          owners: [...new Set([owner.name, other.name])],
          mend: 'Rename one of them.',
        }),
      );
    }
  }
  throwFaults(faults);
  return table;
}
