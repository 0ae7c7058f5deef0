/** The commands of the kernel itself with what they do. Only names: the commands are loaded when they are called. */
export const builtinNames = {
  start: 'Serve the application',
  dev: 'Serve it for its developer: reloading what is edited, with a detailed log',
  'extension list': 'Every extension with its state and the reason for it',
  'extension create': 'Write a small, complete extension to start from',
  'extension enable': 'Load an extension that was disabled',
  'extension disable': 'Take an extension out, until it is enabled again',
  'extension reload': 'Give an extension and its dependents a new generation',
  'extension graph': 'What depends on what, as a tree',
  'extension why': 'Why an extension does not run, down to the root of it',
  'db migrate': 'Run the migrations that are pending',
  'db rollback': 'Undo the latest migrations',
  'db status': 'Every migration with its state',
  'db make': 'Write the migrations that the entities ask for',
  'db seed': 'Run the seeds that have not run yet',
  'db fresh': 'Drop all tables, and run all migrations',
  'db purge': 'Remove the tables and columns of an extension',
  'db resolve': 'Say how far a migration came that was interrupted',
  'make entity': 'Write the file of an entity',
  'make provider': 'Write the folder of a provider: a driver with its operations to be filled in',
  'providers list': 'Every instance of every capability with its state and the reason for it',
  'providers test': 'Ask instances whether they are well, without any effect',
  'providers enable': 'Ask an instance again that was switched off, or whose credentials were refused',
  'providers disable': 'Ask an instance no more, until it is enabled again',
  'providers add': 'Keep an instance in the database, or change it there',
  'providers remove': 'Forget an instance that is kept in the database',
  'providers rekey': 'Encrypt credentials anew under the first key of SECRETS_KEY',
  routes: 'Every route with its extension',
  hooks: 'Every hook of managers, in the order of their calls',
  shell: 'A prompt with the kernel, its services, events and snapshot at hand',
  test: 'Run the tests of extensions',
  doctor: 'Check the machine: Node, packages, system packages, settings, port',
} as const;

export type BuiltinName = keyof typeof builtinNames;

/** Words that stand before other commands. */
export const groups: Readonly<Record<string, string>> = {
  extension: 'Look at extensions, switch them, write one',
  db: 'Work on the databases',
  make: 'Write a file to start from',
  providers: 'Look at the instances of providers, test them, switch them',
};

export function isBuiltinName(name: string): name is BuiltinName {
  return Object.hasOwn(builtinNames, name);
}

/** The first words of all commands of the kernel: no extension may take them. */
export function reservedWords(): ReadonlySet<string> {
  return new Set(Object.keys(builtinNames).map(firstWord));
}

export function firstWord(name: string): string {
  return name.split(' ', 1)[0] ?? name;
}
