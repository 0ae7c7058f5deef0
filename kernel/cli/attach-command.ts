import { Argument, type Command, InvalidArgumentError, Option } from 'commander';
import type { CommandShape, OptionShape } from './command-shape.ts';

/** What was given on the command line, checked against the shape of the command. */
export interface Given {
  readonly args: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly options: Readonly<Record<string, boolean | number | string | undefined>>;
}

/** A command with its name, which may be several words. */
export interface NamedShape extends CommandShape {
  readonly name: string;
  readonly description: string;
}

/**
 * Adds a command to a program, below the groups that its name begins with.
 *
 * @param groups what the groups are for, by name
 * @param action called when the command is; without one it is only listed in the help
 */
export function attachCommand(
  program: Command,
  { name, description, example, arguments: args = {}, options = {} }: NamedShape,
  groups: Readonly<Record<string, string>>,
  action?: (given: Given) => Promise<void>,
): void {
  const words = name.split(' ');
  const last = words.pop() ?? name;
  let parent = program;
  for (const word of words) {
    parent =
      parent.commands.find((one) => one.name() === word) ??
      parent
        .command(word)
        .description(groups[word] ?? `Commands of "${word}"`)
        .helpCommand(false);
  }
  const command = parent.command(last).description(description);
  for (const [argument, { description: what, optional, variadic }] of Object.entries(args)) {
    const written = `${dashed(argument)}${variadic ? '...' : ''}`;
    command.addArgument(new Argument(optional || variadic ? `[${written}]` : `<${written}>`, what));
  }
  for (const [option, shape] of Object.entries(options)) command.addOption(toOption(option, shape));
  if (example !== undefined) command.addHelpText('after', `\nExample:\n  $ ${example}`);
  if (!action) return;
  command.action(() => {
    const values: readonly unknown[] = command.processedArgs;
    const given = Object.entries(args).map(([argument, { variadic }], i) => {
      const value = values[i];
      return [argument, variadic ? wordsOf(value) : typeof value === 'string' ? value : undefined];
    });
    const flags = Object.entries(options)
      .filter(([, { type }]) => type === 'boolean')
      .map(([option]) => [option, false]);
    return action({
      args: Object.fromEntries(given),
      options: { ...Object.fromEntries(flags), ...command.opts() },
    });
  });
}

function toOption(name: string, shape: OptionShape): Option {
  const flag = `--${dashed(name)}`;
  if (shape.type === 'boolean') return new Option(flag, shape.description);
  const option = new Option(`${flag} <${shape.value ?? shape.type}>`, shape.description);
  if (shape.type === 'number') return option.argParser(toNumber);
  if (shape.required) option.makeOptionMandatory();
  return shape.choices ? option.choices([...shape.choices]) : option;
}

function toNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('It must be a number.');
  return value;
}

function wordsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((word) => typeof word === 'string') : [];
}

function dashed(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
