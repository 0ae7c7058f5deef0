/**
 * Every error the kernel can raise: its code, what happened (with the concrete names) and how to mend it.
 * A code is stable: programs and people may rely on it.
 */

import { distance } from 'fastest-levenshtein';

interface Entry<Details> {
  /** What happened, and, where one sentence can say it, how to mend it. */
  readonly message: (details: Details) => string;
  /** HTTP status when the error reaches a client of the administration routes; 500 if left out. */
  readonly status?: number;
}

const entry = <Details>(message: (details: Details) => string, status?: number): Entry<Details> =>
  status === undefined ? { message } : { message, status };

const takenFor = (taker: string | undefined): string => (taker === undefined ? '' : ` for "${taker}"`);

const quoted = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(', ');

/** The kernel's own contributions lie in no file that an author could look at. */
const placeOf = (owner: string, file: string | undefined): string =>
  file === undefined || owner === 'kernel' ? `"${owner}"` : `"${owner}" (${file})`;

const remedyOfConflict = (owners: readonly string[]): string => {
  const extensions = owners.filter((owner) => owner !== 'kernel');
  if (new Set(owners).size === 1) return 'Rename or remove one of them.';
  return extensions.length < owners.length
    ? `The kernel needs its own: rename that of ${quoted(extensions)}.`
    : 'Rename one of them or disable one of the extensions.';
};

/** The environment variable of a database's URL. */
const variableOf = (name: string): string =>
  `${name
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .replaceAll('-', '_')
    .toUpperCase()}_DATABASE_URL`;

const catalogue = {
  // --- snapshot ------------------------------------------------------------------------------------------
  CONTRIBUTION_CONFLICT: entry<{
    what: string;
    owners: readonly string[];
    /** The file of each owner, in their order. */
    sources?: readonly string[];
    mend?: string;
  }>(
    ({ what, owners, sources, mend = remedyOfConflict(owners) }) =>
      `${what} is contributed by ${owners.map((owner, i) => placeOf(owner, sources?.[i])).join(', ')}. ${mend}`,
    409,
  ),
  CONTRIBUTION_INVALID: entry<{ owner: string; source: string; reason: string }>(
    ({ owner, source, reason }) => `Extension "${owner}", ${source}: ${reason}`,
    422,
  ),
  REGISTRY_UNKNOWN: entry<{ registry: string; owner: string; suggestion: string }>(
    ({ registry, owner, suggestion }) =>
      `Extension "${owner}" contributes to the registry "${registry}", which nobody declares.${suggestion}`,
    422,
  ),
  REGISTRY_CYCLE: entry<{ path: readonly string[]; owners: readonly string[] }>(
    ({ path }) => `Registries build on each other in a circle: ${path.join(' → ')}. Remove one "dependsOn".`,
    422,
  ),
  REGISTRY_FAILED: entry<{ registry: string; owner: string; by: string; source: string; reason: string }>(
    ({ registry, owner, by, source, reason }) =>
      `The registry "${registry}" (declared by "${owner}") throws when it checks ${source} of "${by}": ${reason}. ` +
      'Let its "accepts" return false for what it does not know.',
    422,
  ),
  VIEW_MISSING: entry<{ view: string }>(
    ({ view }) =>
      `The view "${view}" is not in this snapshot. Is the extension that declares its registry active?`,
  ),
  VIEW_FAILED: entry<{ view: string; owner: string; reason: string }>(
    ({ view, owner, reason }) =>
      `The view "${view}" (declared by "${owner}") could not be compiled: ${reason}`,
    422,
  ),

  // --- container -----------------------------------------------------------------------------------------
  SERVICE_UNKNOWN: entry<{ service: string; owner: string; suggestion: string; taker?: string }>(
    ({ service, owner, suggestion, taker }) =>
      `"${owner}" takes the service "${service}"${takenFor(taker)}, which nobody registers.${suggestion}`,
  ),
  SERVICE_UNDECLARED: entry<{ service: string; owner: string; provider: string; taker?: string }>(
    ({ service, owner, provider, taker }) =>
      `"${owner}" takes the service "${service}"${takenFor(taker)}, which belongs to the extension "${provider}". ` +
      `Add "${provider}" to "dependencies" in the manifest.json of "${owner}".`,
  ),
  SERVICE_DUPLICATE: entry<{ service: string; owners: readonly [string, string] }>(
    ({ service, owners: [first, second] }) =>
      first === second
        ? `"${first}" registers the service "${service}" twice. Rename one of them.`
        : `The service "${service}" is registered by "${first}" and by "${second}". Rename one of them.`,
    409,
  ),
  SERVICE_NAME_INVALID: entry<{ owner: string; service: string }>(
    ({ owner, service }) =>
      service === ''
        ? `"${owner}" registers a service without a name. Give it one.`
        : `"${owner}" registers a service named "${service}", which JavaScript looks for on any object. Rename it.`,
    422,
  ),
  SERVICE_CYCLE: entry<{ path: readonly string[] }>(
    ({ path }) =>
      `Services need each other to be made: ${path.join(' → ')}. ` +
      'Let one of them read the other from "services" when it is used, not in its constructor.',
  ),
  SERVICE_LEAK: entry<{ singleton: string; scoped: string; path: readonly string[] }>(
    ({ singleton, scoped, path }) =>
      `The singleton "${singleton}" would keep the scoped service "${scoped}" of one request for all others: ` +
      `${path.join(' → ')}. Make "${singleton}" scoped, or let it read "${scoped}" from "services" when it is used.`,
  ),
  SERVICE_OUTSIDE_SCOPE: entry<{ owner: string; service: string }>(
    ({ owner, service }) =>
      `The scoped service "${service}" of "${owner}" is taken outside of a request or job. ` +
      'Take it from the "services" of a handler, or inside runInScope(new RequestScope(id), …).',
  ),
  SERVICE_ENDED: entry<{ owner: string; service: string }>(
    ({ owner, service }) =>
      `The service "${service}" of "${owner}" is taken after its request, or this generation of "${owner}", has ended. ` +
      'Await what uses it before the handler returns, and end timers and connections through effects.',
  ),
  SERVICE_NOTHING: entry<{ owner: string; service: string }>(
    ({ owner, service }) =>
      `The service "${service}" of "${owner}" is undefined. Return an instance from its factory; null where there is none.`,
  ),
  SERVICE_CLASS_UNKNOWN: entry<{ owner: string; class: string }>(
    ({ owner, class: name }) =>
      `"${owner}" has no service that is registered with the class ${name}. Override it by the service's name.`,
  ),
  SERVICE_DISPOSE_FAILED: entry<{ owner: string; service: string; reason: string }>(
    ({ owner, service, reason }) => `The service "${service}" of "${owner}" could not be disposed: ${reason}`,
  ),
  SERVICE_DISPOSE_TIMEOUT: entry<{ owner: string; service: string; timeout: number }>(
    ({ owner, service, timeout }) =>
      `The service "${service}" of "${owner}" was not disposed within ${timeout} ms. ` +
      'What it waits for may be leaked; raise "timeout" in its registration if it needs longer.',
  ),

  // --- event ---------------------------------------------------------------------------------------------
  EVENT_PATTERN_INVALID: entry<{ pattern: string; reason: string }>(
    ({ pattern, reason }) =>
      `"${pattern}" is no pattern of events: ${reason}. Write "blog.published", "blog.*" (one segment), "blog.**" or "**".`,
    422,
  ),

  // --- settings ------------------------------------------------------------------------------------------
  SETTINGS_AMBIGUOUS: entry<{ variable: string; fields: readonly string[] }>(
    ({ variable, fields }) =>
      `The settings ${quoted(fields)} of one schema would both be set by …${variable}. Rename one of them.`,
    422,
  ),
  SETTINGS_CONFLICT: entry<{ variable: string; settings: readonly { owner: string; field: string }[] }>(
    ({ variable, settings }) =>
      `${variable} would set ${settings.map(({ owner, field }) => `"${field}" of "${owner}"`).join(' and ')}. ` +
      'Rename the field in one of them or disable one of the extensions.',
    409,
  ),
  SETTINGS_INVALID: entry<{ owner: string; faults: readonly string[] }>(
    ({ owner, faults }) =>
      `The settings of "${owner}" are wrong:\n${faults.map((one) => `  - ${one}`).join('\n')}`,
    422,
  ),
  CONFIG_FILE_INVALID: entry<{ file: string; reason: string }>(
    ({ file, reason }) => `${file} cannot be used: ${reason}`,
    422,
  ),

  // --- log -----------------------------------------------------------------------------------------------
  LOG_LEVEL_UNKNOWN: entry<{ level: string; known: readonly string[]; suggestion: string }>(
    ({ level, known, suggestion }) =>
      `Unknown log level "${level}".${suggestion} Use one of ${known.join(', ')}.`,
    400,
  ),

  // --- http ----------------------------------------------------------------------------------------------
  /** Where it is made, a route does not know yet whose it is. */
  ROUTE_INVALID: entry<{ route: string; reason: string; owner?: string }>(
    ({ route, reason }) => `The route ${route} cannot be mounted: ${reason}`,
    422,
  ),
  ROUTE_SCHEMA_INVALID: entry<{ route: string; part: string; reason: string }>(
    ({ route, part, reason }) =>
      `The schema of ${part} of the route ${route} cannot be compiled: ${reason}. Schemas are made with "Type".`,
    422,
  ),
  DEFINITION_INVALID: entry<{ define: string; faults: readonly string[] }>(
    ({ define, faults }) => `${define}: ${faults.join(' ')}`,
    422,
  ),
  STRATEGY_UNKNOWN: entry<{
    route: string;
    owner: string;
    strategy: string;
    known: readonly string[];
    suggestion: string;
  }>(
    ({ route, owner, strategy, known, suggestion }) =>
      `The route ${route} of "${owner}" asks for the authentication strategy "${strategy}", which nobody contributes. ` +
      `Known: ${quoted(known)}.${suggestion}`,
    422,
  ),
  PORT_IN_USE: entry<{ host: string; port: number }>(
    ({ host, port }) =>
      `Port ${port} of ${host} is in use by another process. End that process, or set PORT to a free port.`,
  ),
  PORT_FORBIDDEN: entry<{ host: string; port: number }>(
    ({ host, port }) =>
      `This user may not listen on port ${port} of ${host}. Set PORT to one above 1023, or grant the right.`,
  ),
  HOST_UNAVAILABLE: entry<{ host: string; reason: string }>(
    ({ host, reason }) =>
      `This machine has no address "${host}" to listen on (${reason}). Set HOST to one of its own, for instance 127.0.0.1 or 0.0.0.0.`,
  ),
  // --- extension -----------------------------------------------------------------------------------------
  MANIFEST_INVALID: entry<{ file: string; faults: readonly string[] }>(
    ({ file, faults }) => `${file}: ${faults.join('; ')}.`,
    422,
  ),
  EXTENSION_UNREADABLE: entry<{ folder: string; reason: string }>(
    ({ folder, reason }) =>
      `The extension in ${folder} cannot be read: ${reason}. Mend or remove the file or link that it names.`,
    422,
  ),
  EXTENSION_TOO_LARGE: entry<{ folder: string; what: string }>(
    ({ folder, what }) =>
      `The extension in ${folder} has more than ${what}. All of them are read to notice changes: keep data in its var/, or elsewhere, and do not link large folders into it.`,
    422,
  ),
  EXTENSION_DUPLICATE: entry<{ name: string; folders: readonly string[] }>(
    ({ name, folders }) =>
      `The extension "${name}" was found in ${folders.join(' and in ')}. The first is used; rename or remove the other.`,
    409,
  ),
  EXTENSION_NOT_FOUND: entry<{ name: string; known: readonly string[] }>(
    ({ name, known }) =>
      `There is no extension "${name}".${known.length === 0 ? ' No extension was found at all; look at EXTENSION_PATHS.' : didYouMean(name, known)}`,
    404,
  ),
  EXTENSION_NOT_SELECTED: entry<{ name: string }>(
    ({ name }) => `EXTENSIONS leaves "${name}" out. Change that variable and start again.`,
    409,
  ),
  EXTENSION_HAS_DEPENDENTS: entry<{ name: string; dependents: readonly string[] }>(
    ({ name, dependents }) =>
      `"${name}" is needed by ${quoted(dependents)}. Disable those first, or add --cascade (over HTTP: ?cascade=true).`,
    409,
  ),
  EXTENSION_DISABLED: entry<{ name: string; reason: string }>(
    ({ name, reason }) =>
      `"${name}" is disabled (${reason}), so it is not loaded. "backplane extension enable ${name}" brings it back.`,
    409,
  ),
  EXTENSION_BLOCKED: entry<{ name: string; reason: string }>(
    ({ name, reason }) => `"${name}" is blocked: ${reason}.`,
    409,
  ),
  EXTENSION_HELD_BACK: entry<{ name: string; reason: string }>(
    ({ name, reason }) => `The change of "${name}" is held back, because it ${reason}.`,
    409,
  ),
  EXTENSION_FAILED: entry<{ name: string; phase: string; reason: string; serving: boolean }>(
    ({ name, phase, reason, serving }) =>
      `"${name}" failed (${phase})${serving ? '; the generation before goes on serving' : ''}: ${reason}`,
    422,
  ),
  EXTENSION_TIMEOUT: entry<{ extension: string; what: string; milliseconds: number }>(
    ({ extension, what, milliseconds }) =>
      `${what} of extension "${extension}" took longer than ${milliseconds} ms. Set "timeouts" in its manifest if it needs longer.`,
    422,
  ),
  EXTENSION_UNHEALTHY: entry<{ name: string }>(
    ({ name }) =>
      `The health check of "${name}" returned false. Throw an error there that says what is wrong.`,
    503,
  ),
  BOOT_ABORTED: entry<{ name: string; reason: string }>(
    ({ name, reason }) => `The extension "${name}" must run ("onFailure": "abort") and does not: ${reason}`,
  ),
  KERNEL_STOPPING: entry<Record<never, never>>(
    () => 'The kernel is stopping; no extension is loaded any more.',
    409,
  ),
  GENERATION_GONE: entry<{ extension: string }>(
    ({ extension }) => `This generation of extension "${extension}" has been disposed of.`,
  ),
  EFFECT_TOO_LATE: entry<{ extension: string; effect: string }>(
    ({ extension, effect }) =>
      `Extension "${extension}" acquires the effect "${effect}" after its generation was disposed of. Look at "effects.signal" in long-running work.`,
  ),
  ILLEGAL_STATE: entry<{ extension: string; from: string; to: string }>(
    ({ extension, from, to }) =>
      `A generation of extension "${extension}" cannot go from "${from}" to "${to}".`,
  ),

  // --- cli -----------------------------------------------------------------------------------------------
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

  // --- extension/modules ---------------------------------------------------------------------------------
  MODULE_SYNTAX: entry<{ owner: string; at: string; reason: string }>(
    ({ owner, at, reason }) => `Extension "${owner}", ${at}: ${reason}`,
    422,
  ),
  MODULE_EXPORT_MISSING: entry<{ owner: string; at: string; from: string; name: string; suggestion: string }>(
    ({ owner, at, from, name, suggestion }) =>
      `Extension "${owner}", ${at}: ${from} has no export named "${name}".${suggestion}`,
    422,
  ),
  MODULE_FILE_MISSING: entry<{ owner: string; at: string; specifier: string; suggestion: string }>(
    ({ owner, at, specifier, suggestion }) =>
      `Extension "${owner}", ${at}: there is no file "${specifier}" (imports name the file with its ending).${suggestion}`,
    422,
  ),
  MODULE_FILE_UNKNOWN: entry<{ owner: string; file: string; suggestion: string }>(
    ({ owner, file, suggestion }) =>
      `Extension "${owner}" has no file "${file}" that a registry may collect.${suggestion}`,
  ),
  MODULE_KIND_UNKNOWN: entry<{ owner: string; at: string; file: string }>(
    ({ owner, at, file }) =>
      `Extension "${owner}", ${at}: "${file}" cannot be imported so. Import .ts, .mts, .js, .mjs and .cjs files plainly, .json files "with { type: 'json' }", and read other files with node:fs.`,
    422,
  ),
  MODULE_IMPORT_OUTSIDE: entry<{ owner: string; at: string; specifier: string }>(
    ({ owner, at, specifier }) =>
      `Extension "${owner}", ${at}: the import of "${specifier}" leaves the extension's folder. Import "backplane", a package, or the index.ts of an extension that the manifest declares; for types alone, write "import type".`,
    422,
  ),
  MODULE_IMPORT_IGNORED: entry<{ owner: string; at: string; file: string }>(
    ({ owner, at, file }) =>
      `Extension "${owner}", ${at}: "${file}" is no part of the running extension (node_modules, test, var and dot files are not), so its changes would not be seen. Move it, or import a package by its name.`,
    422,
  ),
  MODULE_IMPORT_VARIABLE: entry<{ owner: string; at: string }>(
    ({ owner, at }) =>
      `Extension "${owner}", ${at}: import() needs a literal path, since only files known beforehand are loaded anew with the extension. List them, as in { de: () => import('./de.ts') }.`,
    422,
  ),
  MODULE_PACKAGE_MISSING: entry<{ owner: string; at: string; package: string }>(
    ({ owner, at, package: name }) =>
      `Extension "${owner}", ${at}: the package "${name}" is not installed. Run "npm install ${name}" in the application or in the extension's folder, and name it under "packages" in the manifest.`,
    422,
  ),
  MODULE_PACKAGE_FAILED: entry<{ owner: string; at: string; specifier: string; reason: string }>(
    ({ owner, at, specifier, reason }) =>
      `Extension "${owner}", ${at}: importing "${specifier}" failed: ${reason}`,
    422,
  ),
  MODULE_NEIGHBOUR_UNDECLARED: entry<{ owner: string; at: string; neighbour: string }>(
    ({ owner, at, neighbour }) =>
      `Extension "${owner}", ${at}: imports the extension "${neighbour}", which its manifest does not declare. Name it under "dependencies" there, so that it is loaded first.`,
    422,
  ),
  MODULE_NEIGHBOUR_MISSING: entry<{ owner: string; at: string; neighbour: string }>(
    ({ owner, at, neighbour }) =>
      `Extension "${owner}", ${at}: imports the extension "${neighbour}", which has no index.ts or, being an optional dependency, is not active. Give it an index.ts, or import it only where it is needed: await import('ext:${neighbour}').`,
    422,
  ),
  MODULE_THREW: entry<{ owner: string; at: string; reason: string }>(
    ({ owner, at, reason }) => `Extension "${owner}", ${at}: threw while it was evaluated: ${reason}`,
    422,
  ),
  MODULE_TIMEOUT: entry<{ owner: string; file: string; limit: number }>(
    ({ owner, file, limit }) =>
      `Extension "${owner}", ${file}: evaluation did not end within ${limit} ms. Does an "await" at its top level wait for something that never comes? Move the work to boot().`,
    422,
  ),
  MODULE_CACHE_UNWRITABLE: entry<{ folder: string; reason: string }>(
    ({ folder, reason }) =>
      `Built extensions cannot be kept in ${folder} (${reason}); they are built again at each start. Make the folder writable.`,
  ),

  // --- testing -------------------------------------------------------------------------------------------
  TEST_EXTENSION_NOT_FOUND: entry<{ extension: string; tried: readonly string[] }>(
    ({ extension, tried }) =>
      `There is no extension "${extension}" to test: no manifest.json in ${tried.join(', ')}. ` +
      'Give the path of its folder, and "from: import.meta.url" for one relative to the test file.',
  ),
  CONDITION_TIMEOUT: entry<{ timeout: number; reason: string }>(
    ({ timeout, reason }) => `What the test waits for did not come within ${timeout} ms: ${reason}`,
  ),
  // --- data ----------------------------------------------------------------------------------------------
  ENTITY_INVALID: entry<{ entity: string; owner: string; reason: string }>(
    ({ entity, owner, reason }) => `Entity "${entity}" (extension "${owner}"): ${reason}`,
    422,
  ),
  ENTITY_UNKNOWN: entry<{ entity: string; suggestion: string }>(
    ({ entity, suggestion }) => `There is no entity "${entity}".${suggestion}`,
    404,
  ),
  DATABASE_URL_INVALID: entry<{ name: string; reason: string }>(
    ({ name, reason }) =>
      `The URL of the database "${name}" is not valid: ${reason}. ` +
      'Give sqlite:PATH, sqlite::memory:, postgres://…, mysql://… or mssql://….',
    422,
  ),
  DATABASE_UNREACHABLE: entry<{ name: string; where: string; reason: string }>(
    ({ name, where, reason }) =>
      `The database "${name}" (${where}) cannot be reached: ${reason}. Is it running, and is its URL right?`,
    503,
  ),
  DATABASE_UNKNOWN: entry<{ name: string; suggestion: string }>(
    ({ name, suggestion }) =>
      `There is no database "${name}".${suggestion} Set ${variableOf(name)} to its URL.`,
  ),
  DATABASE_CLOSED: entry<{ name: string }>(
    ({ name }) => `The database "${name}" is closed already. Keep what uses it from outliving it.`,
  ),

  ENTITY_WORD_INVALID: entry<{ word: string; reason: string }>(
    ({ word, reason }) => `"${word}" cannot be made: ${reason}`,
  ),
  FILE_EXISTS: entry<{ file: string }>(
    ({ file }) => `${file} is there already. Nothing was written; remove or rename it first.`,
  ),

  // --- plan ----------------------------------------------------------------------------------------------
  QUERY_INVALID: entry<{ entity: string; path: string; reason: string }>(
    ({ entity, path, reason }) => `${path} (of "${entity}"): ${reason}`,
    400,
  ),
  QUERY_FORBIDDEN: entry<{ entity: string; path: string; field: string }>(
    ({ entity, path, field }) =>
      `${path} (of "${entity}"): "${field}" may not be read, so nobody may ask for it, filter or sort by it.`,
    403,
  ),
  ROW_RULE_INVALID: entry<{ entity: string; reason: string }>(
    ({ entity, reason }) => `The row rule of "${entity}" is no valid filter: ${reason}`,
  ),

  // --- repository ----------------------------------------------------------------------------------------
  FIELD_UNKNOWN: entry<{ entity: string; field: string; suggestion: string }>(
    ({ entity, field, suggestion }) => `"${entity}" has no field "${field}".${suggestion}`,
    422,
  ),
  RELATION_UNKNOWN: entry<{ entity: string; relation: string; suggestion: string }>(
    ({ entity, relation, suggestion }) => `"${entity}" has no relation "${relation}".${suggestion}`,
    422,
  ),
  RELATION_NOT_LOADED: entry<{ entity: string; relation: string }>(
    ({ entity, relation }) =>
      `The relation "${relation}" of this "${entity}" was not loaded. Add .with('${relation}') to the query that finds the row.`,
  ),
  RELATION_ACROSS_DATABASES: entry<{ entity: string; relation: string; target: string }>(
    ({ entity, relation, target }) =>
      `The relation "${relation}" of "${entity}" leads to "${target}" in another database, which no statement can join. Query "${target}" by its key instead.`,
  ),
  ROW_INVALID: entry<{ entity: string; faults: readonly string[] }>(
    ({ entity, faults }) =>
      faults.length === 1
        ? `This is no row of "${entity}": ${faults[0]}.`
        : `This is no row of "${entity}":\n${faults.map((fault) => `  - ${fault}`).join('\n')}`,
    422,
  ),
  ROW_NOT_FOUND: entry<{ entity: string; id?: string }>(
    ({ entity, id }) =>
      id === undefined
        ? `No "${entity}" meets these conditions.`
        : `There is no "${entity}" with the id "${id}".`,
    404,
  ),
  ROW_DUPLICATE: entry<{ entity: string; fields: readonly string[] }>(
    ({ entity, fields }) =>
      `There is a "${entity}" with the same ${quoted(fields)} already. Change ${fields.length === 1 ? 'it' : 'one of them'}, or update the row that is there.`,
    409,
  ),
  ROW_REFERENCED: entry<{ entity: string; by: readonly { entity: string; field: string }[] }>(
    ({ entity, by }) =>
      `This "${entity}" cannot be deleted: ${by.length === 0 ? 'other rows belong' : by.map((one) => `rows of "${one.entity}" belong (${one.field})`).join(', ')} to it. Delete those first, or give the relation an "onDelete".`,
    409,
  ),
  ROW_REFERENCE_MISSING: entry<{ entity: string; fields: readonly string[] }>(
    ({ entity, fields }) =>
      `${fields.length === 0 ? 'A key' : quoted(fields)} of this "${entity}" names a row that is not there. Create that row first.`,
    422,
  ),
  ROW_CHANGED: entry<{ entity: string; id: string }>(
    ({ entity, id }) =>
      `The "${entity}" with the id "${id}" was changed by somebody else meanwhile. Read it again, and repeat the change on what it is now.`,
    409,
  ),
  QUERY_IMPOSSIBLE: entry<{ entity: string; reason: string }>(
    ({ entity, reason }) => `This query of "${entity}" cannot be run: ${reason}`,
    422,
  ),
  CURSOR_INVALID: entry<{ reason: string }>(
    ({ reason }) => `The cursor cannot be used: ${reason}. Begin again without one.`,
    400,
  ),
  FACTORY_VALUE: entry<{ entity: string; field: string }>(
    ({ entity, field }) =>
      `What a "${field}" of "${entity}" looks like cannot be told from its schema. Give the entity an "example" that sets it, or the factory a state.`,
    422,
  ),
  FACTORY_CYCLE: entry<{ path: readonly string[] }>(
    ({ path }) =>
      `Rows need each other to be made: ${path.join(' → ')}. Give the factory one of them with .for(…), or make one relation optional.`,
    422,
  ),
  SEED_INVALID: entry<{ seed: string; reason: string }>(
    ({ seed, reason }) => `The seed "${seed}" cannot be run: ${reason}.`,
    422,
  ),
  SEED_UNKNOWN: entry<{ seed: string; needed: string; suggestion: string }>(
    ({ seed, needed, suggestion }) =>
      `The seed "${seed}" depends on "${needed}", which nobody defines.${suggestion}`,
    422,
  ),
  SEED_CYCLE: entry<{ path: readonly string[] }>(
    ({ path }) => `Seeds depend on each other in a circle: ${path.join(' → ')}. Remove one "dependsOn".`,
    422,
  ),
  SEED_FAILED: entry<{ seed: string; reason: string }>(
    ({ seed, reason }) => `The seed "${seed}" failed, and nothing of it was kept: ${reason}`,
  ),

  // --- migrations ----------------------------------------------------------------------------------------
  MIGRATION_INVALID: entry<{ file: string; reason: string }>(
    ({ file, reason }) => `The migration ${file} cannot be used: ${reason}`,
    422,
  ),
  MIGRATION_CONFLICT: entry<{ extension: string; files: readonly [string, string]; free: string }>(
    ({ extension, files: [first, second], free }) =>
      `Two migrations of "${extension}" have the same number, so that nothing says which comes first: ${first} and ${second}. ` +
      `Rename the one that was applied nowhere yet, so that it begins with "${free}_".`,
    409,
  ),
  MIGRATION_UNKNOWN: entry<{ key: string; file: string; needed: string; suggestion: string }>(
    ({ key, file, needed, suggestion }) =>
      `The migration "${key}" names "${needed}", which is not there (${file}).${suggestion} ` +
      'Keys are "<extension>/<number>_<name>", as "auth/0001_initial"; is that extension installed?',
    422,
  ),
  MIGRATION_CYCLE: entry<{ path: readonly string[] }>(
    ({ path }) =>
      `Migrations wait for each other: ${path.join(' → ')}. ` +
      'Move what one of them needs from the other, a foreign key as a rule, to a later migration.',
    422,
  ),
  MIGRATION_LATE: entry<{ key: string; file: string; applied: string }>(
    ({ key, file, applied }) =>
      `The migration "${key}" must come before "${applied}", which was applied already. ` +
      `Give ${file} a higher number than all others of its extension, or take what puts it first out of it.`,
    409,
  ),
  MIGRATION_REPLACED_GONE: entry<{
    key: string;
    file: string;
    applied: readonly string[];
    lost: readonly string[];
  }>(
    ({ key, file, applied, lost }) =>
      `The migration "${key}" replaces some that were applied here (${applied.join(', ')}) and some that were not and whose files are gone (${lost.join(', ')}). ` +
      `Bring those files back beside ${file}, migrate, and then remove them.`,
    409,
  ),
  MIGRATION_STEP_INVALID: entry<{ key: string; step: string; reason: string }>(
    ({ key, step, reason }) => `The migration "${key}" cannot ${step}: ${reason}`,
    422,
  ),
  MIGRATION_NOT_FOUND: entry<{ key: string; suggestion: string }>(
    ({ key, suggestion }) =>
      `There is no migration "${key}" to do that with.${suggestion} "status" lists them all.`,
    404,
  ),
  MIGRATION_CHANGED: entry<{ key: string; file: string }>(
    ({ key, file }) =>
      `The migration "${key}" was applied, and ${file} was edited since. ` +
      'Restore the file as it was, and write what shall change as a new migration.',
    409,
  ),
  MIGRATION_BEGUN_CHANGED: entry<{ key: string; file: string; step: number }>(
    ({ key, file, step }) =>
      `The migration "${key}" was begun and stopped, and step ${step} of ${file}, which was run at least in part, was edited since. ` +
      'Restore that step as it was; only steps that were not begun may change.',
    409,
  ),
  MIGRATION_DESTRUCTIVE: entry<{ steps: readonly string[] }>(
    ({ steps }) =>
      `This would destroy data:\n${steps.map((one) => `  - ${one}`).join('\n')}\n` +
      'Look at it with --dry-run, back up what is needed, and run it again with --allow-destructive.',
    409,
  ),
  MIGRATION_VALUE_MISSING: entry<{ key: string; table: string; column: string }>(
    ({ key, table, column }) =>
      `The migration "${key}" adds "${column}" to "${table}", which has rows, and nothing says what its value is in them. ` +
      'Give it a default; or make it nullable; or add it nullable, fill it with run(…), and make it required by alterColumn after that.',
    409,
  ),
  MIGRATION_FAILED: entry<{
    key: string;
    file: string;
    step: number;
    title: string;
    reason: string;
    state: string;
  }>(
    ({ key, file, step, title, reason, state }) =>
      `The migration "${key}" failed at step ${step} (${title}): ${reason}. ${state} Mend it in ${file} and run it again.`,
  ),
  MIGRATION_INTERRUPTED: entry<{ key: string; file: string; step: number; title: string; sql: string }>(
    ({ key, file, step, title, sql }) =>
      `The migration "${key}" (${file}) was interrupted at step ${step} (${title}), and nothing shows whether this statement took effect:\n  ${sql}\n` +
      `Look at the database. Then say "done" if it did, or "again" if it did not: resolve('${key}', 'done').`,
    409,
  ),
  MIGRATION_IRREVERSIBLE: entry<{ key: string; reason: string }>(
    ({ key, reason }) => `The migration "${key}" cannot be undone. ${reason} Nothing was changed.`,
    409,
  ),
  MIGRATION_LOCKED: entry<{ database: string; holder: string; timeout: number }>(
    ({ database, holder, timeout }) =>
      `The database "${database}" is being migrated by another (${holder}), which did not end within ${timeout} ms. ` +
      'Wait for it or end it, and try again.',
    409,
  ),
  MIGRATION_LOCK_LOST: entry<{ database: string }>(
    ({ database }) =>
      `Another process has begun to migrate the database "${database}", since this one did not renew its lease in time. ` +
      'Nothing of the step that was running was kept; run it again.',
    409,
  ),
  MIGRATION_DRIFT: entry<{
    key: string;
    table: string;
    unknown: readonly string[];
    missing: readonly string[];
  }>(
    ({ key, table, unknown, missing }) =>
      `The migration "${key}" must make the table "${table}" anew, which is not as its migrations left it` +
      `${unknown.length > 0 ? `; unknown to them: ${quoted(unknown)}` : ''}${missing.length > 0 ? `; missing: ${quoted(missing)}` : ''}. ` +
      'Bring both together first: change the table by hand, or write sql(…, { changes: […] }) that says what was done.',
    409,
  ),
  MIGRATION_DATA_LOST: entry<{ key: string; reason: string }>(
    ({ key, reason }) =>
      `The migration "${key}" was stopped and undone, because data would be lost: ${reason}. ` +
      'Delete or mend those rows first, in a migration of their own.',
    409,
  ),
  MIGRATION_UNDECIDED: entry<{ extension: string; faults: readonly string[] }>(
    ({ extension, faults }) =>
      `The migration of "${extension}" cannot be made before this is decided:\n${faults.map((one) => `  - ${one}`).join('\n')}`,
    422,
  ),
  PURGE_INTERRUPTED: entry<{ extension: string; key: string }>(
    ({ extension, key }) =>
      `The data of "${extension}" cannot be purged, since its migration "${key}" was interrupted. Finish that first: run "migrate".`,
    409,
  ),
  PURGE_REFUSED: entry<{ extension: string; dependents: readonly string[] }>(
    ({ extension, dependents }) =>
      `The data of "${extension}" cannot be purged, since others build on it: ${dependents.join('; ')}. Purge those first.`,
    409,
  ),

  RENAME_INVALID: entry<{ text: string }>(
    ({ text }) => `"${text}" says nothing of a rename. Write table.column=name, or table=name for a table.`,
  ),
  FORCE_NEEDED: entry<{ command: string }>(
    ({ command }) =>
      `"${command}" takes data away, and NODE_ENV says production. Add --force if that is what you want.`,
  ),
  MIGRATIONS_PENDING: entry<{ extension: string; keys: readonly string[] }>(
    ({ extension, keys }) =>
      `"${extension}" has ${keys.length === 1 ? 'a migration' : 'migrations'} that did not run: ${quoted(keys)}. Run "backplane db migrate", then reload the extension.`,
    409,
  ),
  MIGRATION_HELD: entry<{ extension: string; held: readonly { key: string; reason: string }[] }>(
    ({ extension, held }) =>
      `"${extension}" has migrations that do not run while it serves: ${held.map(({ key, reason }) => `${key} ${reason}`).join('; ')}. ` +
      'Look at "backplane db migrate --dry-run", run "backplane db migrate", then reload the extension.',
    409,
  ),

  LEAK_FOUND: entry<{
    leaks: readonly { extension: string; what: string; at: string | undefined }[];
  }>(
    ({ leaks }) =>
      `The kernel has stopped, but something of its extensions is left:\n${leaks
        .map(
          ({ extension, what, at }) => `  - "${extension}": ${what}${at === undefined ? '' : `, from ${at}`}`,
        )
        .join('\n')}\nAcquire it in "boot" through "effects" (interval, acquire, add), or end it in "stop".`,
  ),
} satisfies Record<string, Entry<never>>;

type Catalogue = typeof catalogue;
export type ErrorCode = keyof Catalogue;
export type ErrorDetails<Code extends ErrorCode> = Parameters<Catalogue[Code]['message']>[0];

/** An error of the catalogue. `message` says what happened and how to mend it; `details` hold the names. */
export class BackplaneError<Code extends ErrorCode = ErrorCode> extends Error {
  override readonly name = 'BackplaneError';
  readonly code: Code;
  readonly details: ErrorDetails<Code>;
  readonly status: number;

  /**
   * @param code which error of the catalogue
   * @param details the concrete names that its message speaks of
   * @param options `cause`: the error behind this one
   */
  constructor(code: Code, details: ErrorDetails<Code>, options?: ErrorOptions) {
    const found: Entry<never> = catalogue[code];
    // The catalogue ties each code to its details; the union of all entries is what loses that tie here.
    super((found.message as (details: unknown) => string)(details), options);
    this.code = code;
    this.details = details;
    this.status = found.status ?? 500;
  }
}

/** Is this an error of the catalogue? Unlike `instanceof`, keeps the type of its details. */
export function isBackplaneError(thrown: unknown): thrown is BackplaneError {
  return thrown instanceof BackplaneError;
}

/** The extensions that an error of the catalogue names as those whom it is about. */
export function ownersOf(thrown: unknown): readonly string[] {
  const details: object = isBackplaneError(thrown) ? thrown.details : {};
  const owners: unknown = 'owners' in details ? details.owners : 'owner' in details ? [details.owner] : [];
  return Array.isArray(owners) ? owners.filter((owner) => typeof owner === 'string') : [];
}

/** Several faults found in one pass, so that all can be mended at once. */
export class FaultList extends AggregateError {
  override readonly name = 'FaultList';
  declare errors: Error[];
  readonly status: number;

  constructor(faults: readonly Error[]) {
    super(faults, faults.map((fault) => fault.message).join('\n'));
    this.status = faults.find((fault) => fault instanceof BackplaneError)?.status ?? 500;
  }
}

/** Throws nothing for no fault, the fault itself for one, a {@link FaultList} for several. */
export function throwFaults(faults: readonly Error[]): void {
  const [first] = faults;
  if (first === undefined) return;
  throw faults.length === 1 ? first : new FaultList(faults);
}

/**
 * ` Did you mean "…"?` with the nearest of the known names, or nothing when none is near. To be put after a sentence.
 *
 * @param most letters that may differ; a third of them, and two at least, if left out
 */
export function didYouMean(
  name: string,
  known: Iterable<string>,
  most = Math.max(2, Math.floor(name.length / 3)),
): string {
  const lower = name.toLowerCase();
  let nearest: string | undefined;
  let least = most + 1;
  for (const candidate of known) {
    const away = distance(lower, candidate.toLowerCase());
    if (away < least) [nearest, least] = [candidate, away];
  }
  return nearest === undefined ? '' : ` Did you mean "${nearest}"?`;
}

/** A sentence about each key that is none of those known, such as `"boddy" is unknown. Did you mean "body"?` */
export function unknownKeys(given: object, known: readonly string[]): readonly string[] {
  return Object.keys(given)
    .filter((key) => !known.includes(key))
    .map((key) => `"${key}" is unknown.${didYouMean(key, known) || ` Known: ${known.join(', ')}.`}`);
}

/** The message of anything that was thrown, errors or not. */
export function messageOf(thrown: unknown): string {
  try {
    return String(thrown instanceof Error ? thrown.message : thrown);
  } catch {
    return 'something that cannot be turned into text';
  }
}
