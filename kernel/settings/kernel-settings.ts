import { delimiter, resolve } from 'node:path';
import { Type } from 'typebox';
import { BackplaneError } from '../errors.ts';
import { parseSelection, type Selection } from '../extension/selection.ts';
import { logLevels } from '../log/index.ts';
import { read } from './json-schema.ts';
import { protect } from './mask.ts';
import { resolveSettings } from './resolve.ts';
import { defineSettings, type SettingsOf } from './settings-schema.ts';
import type { Sources } from './sources.ts';

const modes = ['development', 'production', 'test'] as const;
export type Mode = (typeof modes)[number];

/** Milliseconds that a timer can hold; a longer one would end at once. */
const longest = 2 ** 31 - 1;

/**
 * The kernel's own settings. Their variables have no prefix; in files they stand in `config/kernel.ts`.
 *
 * @param mode decides some of the defaults
 */
export function kernelSettings(mode: Mode) {
  return defineSettings(
    Type.Object({
      nodeEnv: Type.Enum([...modes], {
        default: 'development',
        description: 'What this process is for. Decides some of the other defaults.',
      }),
      port: Type.Integer({
        default: 3000,
        minimum: 0,
        maximum: 65_535,
        description: 'Port to listen on; 0 takes any that is free.',
      }),
      host: Type.String({
        default: mode === 'production' ? '0.0.0.0' : '127.0.0.1',
        description:
          'Address to listen on; 127.0.0.1 is this machine only, 0.0.0.0 all its addresses, which is the default in production.',
      }),
      logLevel: Type.Enum([...logLevels], {
        default: 'info',
        description: 'The least important lines to write.',
      }),
      watch: Type.Boolean({
        default: mode === 'development',
        description: 'Reload extensions when their files change. By default only in development.',
      }),
      extensions: Type.Optional(
        Type.String({
          description:
            'Extensions to run: all when unset; "blog,email" those and what they depend on; "-payment" all but that.',
        }),
      ),
      extensionPaths: Type.Array(Type.String(), {
        default: [],
        separator: delimiter,
        description: 'More folders in which extensions lie.',
      }),
      databaseUrl: Type.String({
        default: 'sqlite:var/backplane.sqlite',
        secret: true,
        description: 'Database: sqlite:PATH, sqlite::memory:, postgres://…, mysql://… or mssql://…',
      }),
      databaseReplicaUrls: Type.Array(Type.String(), {
        default: [],
        secret: true,
        description: 'Copies of the database that are only read, and may lag behind.',
      }),
      databaseConnections: Type.Integer({
        default: 10,
        minimum: 1,
        description: 'Connections to each database server at most.',
      }),
      statementTimeout: Type.Integer({
        default: 5_000,
        minimum: 0,
        unit: 'ms',
        description: 'How long a statement may run on a database server; 0 is without limit.',
      }),
      slowStatement: Type.Integer({
        default: 500,
        minimum: 0,
        unit: 'ms',
        description: 'Statements that take longer are logged as warnings; 0 logs none.',
      }),
      autoMigrate: Type.Boolean({
        default: mode !== 'production',
        description:
          'Run the migrations of an extension when it is loaded, unless they destroy data. By default not in production.',
      }),
      redisUrl: Type.Optional(
        Type.String({ secret: true, description: 'Redis, for several processes that work together.' }),
      ),
      rootApiKey: Type.Optional(
        Type.String({ secret: true, description: 'Key of the administration, sent as x-api-key.' }),
      ),
      jwtSecret: Type.Optional(Type.String({ secret: true, description: 'Signs the tokens of users.' })),
      secretsKey: Type.Array(Type.String(), {
        default: [],
        secret: true,
        description:
          'Encrypts credentials that are kept: 32 bytes as Base64 or hexadecimal. Of several the first encrypts, all decrypt. In development one is made when it is needed.',
      }),
      bodyLimit: Type.Integer({
        default: 1024 ** 2,
        minimum: 0,
        unit: 'bytes',
        description: 'Largest body of a request, where a route says nothing else.',
      }),
      requestTimeout: Type.Integer({
        default: 30_000,
        minimum: 1,
        maximum: longest,
        unit: 'ms',
        description: 'How long a request may take to arrive completely.',
      }),
      shutdownTimeout: Type.Integer({
        default: 10_000,
        minimum: 0,
        maximum: longest,
        unit: 'ms',
        description: 'How long requests may take to end when the process is told to stop.',
      }),
      drainTimeout: Type.Integer({
        default: 30_000,
        minimum: 0,
        maximum: longest,
        unit: 'ms',
        description: 'How long requests may take to end on the old code of an extension that was reloaded.',
      }),
      trustProxy: Type.Union([Type.Integer({ minimum: 0 }), Type.Boolean(), Type.String()], {
        default: false,
        description:
          'Proxies before this server whose forwarded headers are believed: how many, or their addresses.',
      }),
    }),
  );
}

/** The kernel's settings as its rooms use them. */
export type KernelSettings = SettingsOf<ReturnType<typeof kernelSettings>> & {
  /** What `extensions` says, taken apart. */
  readonly selection: Selection;
};

/**
 * The kernel's settings, with the defaults of the mode that the sources ask for.
 *
 * @param root folder of the application, which relative `extensionPaths` start from
 * @throws SETTINGS_INVALID with every fault
 */
export function loadKernelSettings(sources: Sources, root: string): KernelSettings {
  const asked = written(sources, 'NODE_ENV', 'nodeEnv');
  const schema = kernelSettings(modes.find((mode) => mode === asked) ?? 'development');
  const resolved = resolveSettings({ owner: 'kernel', prefix: '', schema, sources });
  // Read apart from the rest, so that its faults are told together with theirs.
  const selection = parseSelection(written(sources, 'EXTENSIONS', 'extensions'));
  const faults = [
    ...('value' in resolved
      ? []
      : [...resolved.faults, ...resolved.missing.map((one) => `${one} must be set.`)]),
    ...('faults' in selection ? selection.faults.map((fault) => `EXTENSIONS ${fault}.`) : []),
  ];
  if (!('value' in resolved) || 'faults' in selection) {
    throw new BackplaneError('SETTINGS_INVALID', { owner: 'kernel', faults });
  }
  const extensionPaths = resolved.value.extensionPaths.map((path) => resolve(root, path));
  return protect({ ...resolved.value, extensionPaths, selection }, read(schema.schema));
}

/** A text as the sources give it, before it is checked. */
function written(
  { environment, dotenv, config }: Sources,
  variable: string,
  field: string,
): string | undefined {
  const value =
    environment[variable]?.trim() || dotenv[variable]?.trim() || config.get('kernel')?.values[field];
  return typeof value === 'string' ? value : undefined;
}
