import { CommanderError, Command as Program } from 'commander';
import packageJson from '../../package.json' with { type: 'json' };
import { BackplaneError, didYouMean } from '../errors.ts';
import { attachCommand } from './attach-command.ts';
import { type BuiltinName, builtinNames, groups, isBuiltinName, reservedWords } from './builtin-names.ts';
import { builtins } from './builtins.ts';
import { invocation } from './invocation.ts';
import type { ExitCode, Surroundings } from './surroundings.ts';
import { Terminal } from './terminal.ts';

/**
 * Runs one command line. Never throws: what went wrong is printed.
 *
 * @param argv the words after `backplane`
 */
export async function run(argv: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  const terminal = new Terminal(surroundings);
  try {
    return await execute(argv, surroundings, terminal);
  } catch (error) {
    // Commander has printed its help or its complaint by then.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    terminal.fail(error);
    return error instanceof BackplaneError && isUsage(error.code) ? 2 : 1;
  }
}

function isUsage(code: string): boolean {
  return ['COMMAND_UNKNOWN', 'COMMAND_OF_STOPPED', 'INSTANCE_WORD_INVALID'].includes(code);
}

async function execute(
  argv: readonly string[],
  surroundings: Surroundings,
  terminal: Terminal,
): Promise<ExitCode> {
  if (argv[0] === 'help') return execute([...argv.slice(1), '--help'], surroundings, terminal);
  const words = leadingWords(argv);
  const [first, second] = words;
  const program = createProgram(surroundings);
  const name = [words.slice(0, 2).join(' '), first ?? ''].find(isBuiltinName);
  if (name !== undefined) {
    const { default: command } = await builtins[name]();
    let code: ExitCode = 0;
    const example = command.example.replace('backplane', invocation(surroundings.env));
    attachCommand(
      program,
      { ...command, example, name, description: builtinNames[name] },
      groups,
      async (given) => {
        code = await command.run({ ...given, surroundings, terminal });
      },
    );
    await program.parseAsync([...argv], { from: 'user' });
    return code;
  }
  if (first !== undefined && second !== undefined && Object.hasOwn(groups, first))
    throw unknownInGroup(first, second);
  if (first !== undefined && !reservedWords().has(first)) {
    const { runContributed } = await import('./contributed.ts');
    return runContributed(argv, words, program, surroundings, terminal);
  }
  for (const [builtin, description] of Object.entries(builtinNames))
    attachCommand(program, { name: builtin, description }, groups);
  await program.parseAsync([...argv], { from: 'user' });
  return 0;
}

function createProgram({ env, stdout, stderr }: Surroundings): Program {
  const command = invocation(env);
  const hasColours = (stream: NodeJS.WritableStream): boolean => 'isTTY' in stream && stream.isTTY === true;
  return new Program('backplane')
    .description(packageJson.description)
    .version(packageJson.version, '--version', 'Print the version')
    .helpCommand(false)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void stdout.write(text),
      writeErr: (text) => void stderr.write(text),
      getOutHasColors: () => hasColours(stdout),
      getErrHasColors: () => hasColours(stderr),
    })
    .addHelpText(
      'after',
      `\nExtensions may bring commands of their own; they are found by their names.\n\nExample:\n  $ ${command} extension create blog && ${command} dev`,
    );
}

/** The words before the first option: they name the command. */
function leadingWords(argv: readonly string[]): readonly string[] {
  const end = argv.findIndex((word) => word.startsWith('-'));
  return end === -1 ? argv : argv.slice(0, end);
}

function unknownInGroup(group: string, word: string): Error {
  const known = Object.keys(builtinNames)
    .filter((name): name is BuiltinName => name.startsWith(`${group} `))
    .map((name) => name.slice(group.length + 1));
  return new BackplaneError('COMMAND_UNKNOWN', {
    command: `${group} ${word}`,
    suggestion: didYouMean(
      `${group} ${word}`,
      known.map((one) => `${group} ${one}`),
    ),
    known: known.map((one) => `${group} ${one}`),
  });
}
