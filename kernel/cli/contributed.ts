import type { Command as Program } from 'commander';
import { RequestScope, runInScope } from '../container/index.ts';
import { BackplaneError, didYouMean, messageOf } from '../errors.ts';
import { type Application, openApplication } from './application.ts';
import { attachCommand } from './attach-command.ts';
import { firstWord, reservedWords } from './builtin-names.ts';
import { type CommandTable, commands, type OwnedCommand } from './command.ts';
import { onStopSignal } from './stop-signals.ts';
import type { ExitCode, Surroundings } from './surroundings.ts';
import type { Terminal } from './terminal.ts';

/**
 * Looks for a command among those of the extensions, and runs it.
 *
 * @param words the words that name the command, with what follows up to the first option
 * @throws COMMAND_UNKNOWN with the nearest name; what the command throws
 */
export async function runContributed(
  argv: readonly string[],
  words: readonly string[],
  program: Program,
  surroundings: Surroundings,
  terminal: Terminal,
): Promise<ExitCode> {
  await using application = await tryToOpen(surroundings, terminal);
  const table: CommandTable = application?.kernel.snapshot.get(commands) ?? new Map();
  const [first = ''] = words;
  const below = [...table].filter(([name]) => firstWord(name) === first);
  if (below.length === 0) throw whyNot(words, application) ?? unknownCommand(words, table);

  const called = below.find(([name]) => `${words.join(' ')} `.startsWith(`${name} `));
  // "blog" alone, or "blog --help", lists what there is below it.
  if (!called && words.length > 1) throw unknownCommand(words, new Map(below));
  for (const [, { command }] of called ? [called] : below)
    attachCommand(
      program,
      command.definition,
      {},
      called ? (given) => call(called[1], given, terminal) : undefined,
    );
  await program.parseAsync([...argv], { from: 'user' });
  return 0;
}

/** The extensions are only asked for a name: where they cannot be, it is unknown, and the reason is told besides. */
async function tryToOpen(surroundings: Surroundings, terminal: Terminal): Promise<Application | undefined> {
  try {
    return await openApplication(surroundings, { logLevel: 'warn' });
  } catch (error) {
    terminal.note(`The extensions could not be asked for this command: ${messageOf(error)}`);
    return undefined;
  }
}

async function call(
  { command, owner }: OwnedCommand,
  given: Parameters<NonNullable<Parameters<typeof attachCommand>[3]>>[0],
  terminal: Terminal,
): Promise<void> {
  const { definition } = command;
  const scope = new RequestScope(`command ${definition.name}`);
  const interrupted = new AbortController();
  using _signals = onStopSignal((signal) => interrupted.abort(new Error(`Ended by ${signal}.`)));
  try {
    await runInScope(scope, () =>
      definition.run({
        ...given,
        services: scope.of(owner.container),
        log: owner.log,
        signal: interrupted.signal,
        print: (line) => terminal.print(line),
      }),
    );
  } finally {
    for (const error of await scope.dispose()) owner.log.error({ err: error }, error.message);
  }
}

/** Commands mostly begin with the name of their extension. What one would bring that does not run, nobody knows. */
function whyNot(words: readonly string[], application: Application | undefined): Error | undefined {
  const [extension = ''] = words;
  const found = application?.kernel.extensions.list().find(({ name }) => name === extension);
  if (found === undefined || found.state === 'active') return undefined;
  return new BackplaneError('COMMAND_OF_STOPPED', {
    command: words.join(' '),
    extension,
    state: found.state,
    reason: found.reason.replace(/\.$/, ''),
  });
}

function unknownCommand(words: readonly string[], table: CommandTable): Error {
  const known = [...reservedWords(), ...table.keys()];
  const [first = ''] = words;
  const longest = [...table.keys()].some((name) => firstWord(name) === first) ? words.join(' ') : first;
  return new BackplaneError('COMMAND_UNKNOWN', {
    command: longest,
    suggestion: didYouMean(longest, known),
    known,
  });
}
