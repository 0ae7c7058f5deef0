import { type Entry, entry, quoted } from './entry.ts';

const takenFor = (taker: string | undefined): string => (taker === undefined ? '' : ` for "${taker}"`);

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

/** What can go wrong in the rooms that serve requests. */
export const servingErrors = {
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
} satisfies Record<string, Entry<never>>;
