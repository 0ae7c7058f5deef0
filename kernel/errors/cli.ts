import { type Entry, entry, quoted } from './entry.ts';

/** What the command line can say. */
export const cliErrors = {
  // --- cli -----------------------------------------------------------------------------------------------
  COMMAND_OF_STOPPED: entry<{ command: string; extension: string; state: string; reason: string }>(
    ({ command, extension, state, reason }) =>
      `There is no command "${command}" while the extension "${extension}" does not run. It is ${state}: ${reason}.`,
  ),
  COMMAND_UNKNOWN: entry<{ command: string; suggestion: string; known: readonly string[] }>(
    ({ command, suggestion, known }) =>
      `Unknown command "${command}".${suggestion} Known: ${known.join(', ')}. "backplane --help" says more.`,
  ),
  COMMAND_INVALID: entry<{ command: string; reason: string }>(
    ({ command, reason }) => `The command "${command}" cannot be used: ${reason}.`,
    422,
  ),
  KERNEL_NOT_RUNNING: entry<{ address: string; action: string }>(
    ({ address, action }) =>
      `No kernel answers at ${address}, so there is nothing to ${action}. Start it with "backplane start", or set HOST and PORT to where it listens.`,
  ),
  ADMIN_OFF: entry<{ address: string }>(
    ({ address }) =>
      `The kernel at ${address} runs without administration, since it has no root API key. Set ROOT_API_KEY (environment or .env) for it and for this command, and start it again.`,
  ),
  ADMIN_REFUSED: entry<{ address: string }>(
    ({ address }) =>
      `The kernel at ${address} does not take the root API key of this application. Set ROOT_API_KEY (environment or .env) to its key, or PORT to that of this application.`,
  ),
  ADMIN_FAILED: entry<{ address: string; status: number; detail: string }>(
    ({ address, status, detail }) => `The kernel at ${address} answers ${status}: ${detail}`,
  ),
  EXTENSION_NAME_INVALID: entry<{ name: string; suggestion: string }>(
    ({ name, suggestion }) =>
      `"${name}" cannot be the name of an extension: it must be lower-case words of letters and digits joined by dashes, as "auth-mfa".${suggestion}`,
  ),
  EXTENSION_NAME_TAKEN: entry<{ name: string; by: string }>(
    ({ name, by }) =>
      `An extension "${name}" would answer below /${name}, where ${by} does. Choose another name.`,
  ),
  EXTENSION_EXISTS: entry<{ folder: string }>(
    ({ folder }) => `${folder} is there already and is left as it is. Choose another name or another --path.`,
  ),
  STATE_UNWRITABLE: entry<{ reason: string }>(
    ({ reason }) => `The decision could not be kept: ${reason} Make var/ of the application writable.`,
  ),
  TESTS_MISSING: entry<{ extensions: readonly string[] }>(({ extensions }) =>
    extensions.length === 0
      ? 'The application has no extension with tests. "backplane extension create NAME" writes one.'
      : `There is no file test/*.test.ts in ${quoted(extensions)}.`,
  ),
  MOCHA_MISSING: entry<{ packages: readonly string[] }>(
    ({ packages }) =>
      `Tests run on mocha and chai, and ${quoted(packages)} is not installed. Run "npm install --save-dev mocha chai" in the application.`,
  ),
  ENTITY_WORD_INVALID: entry<{ word: string; reason: string }>(
    ({ word, reason }) => `"${word}" cannot be made: ${reason}`,
  ),
  INSTANCE_WORD_INVALID: entry<{ word: string; suggestion: string }>(
    ({ word, suggestion }) =>
      `"${word}" names no instance. Write CAPABILITY/INSTANCE, as payment/stripe-eu.${suggestion}`,
  ),
  INSTANCE_FILE_INVALID: entry<{ file: string; reason: string }>(
    ({ file, reason }) =>
      `${file} holds no instance: ${reason}. Write as in config/providers.ts: { "driver": "acme", "config": {}, "secrets": { "apiKey": { "env": "ACME_KEY" } } }.`,
  ),
  FILE_EXISTS: entry<{ file: string }>(
    ({ file }) => `${file} is there already. Nothing was written; remove or rename it first.`,
  ),
  RENAME_INVALID: entry<{ text: string }>(
    ({ text }) => `"${text}" says nothing of a rename. Write table.column=name, or table=name for a table.`,
  ),
  YES_NEEDED: entry<{ command: string; what: readonly string[] }>(
    ({ command, what }) =>
      `"${command}" would take away ${what.join(' and ')}, and there is nobody to ask. Nothing was changed. Add --yes if that is what you want.`,
  ),
  MIGRATION_NAME_INVALID: entry<{ text: string }>(
    ({ text }) =>
      `"${text}" holds neither letters nor digits for the name of a file. Write as "add the body".`,
  ),
  FORCE_NEEDED: entry<{ command: string }>(
    ({ command }) =>
      `"${command}" takes data away, and NODE_ENV says production. Add --force if that is what you want.`,
  ),
} satisfies Record<string, Entry<never>>;
