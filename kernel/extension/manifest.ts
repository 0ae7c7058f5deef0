import { basename } from 'node:path';
import semver from 'semver';
import { BackplaneError, didYouMean } from '../errors.ts';
import { compileValidator, type Static, Type, type Validator } from '../schema/index.ts';
import type { GraphNode } from './graph.ts';

const ranges = Type.Record(Type.String(), Type.String());
const names = Type.Array(Type.String({ minLength: 1 }));
/** What a timer can hold; a longer one would end at once. */
const longest = 2 ** 31 - 1;
const milliseconds = Type.Integer({ minimum: 1, maximum: longest });

/** What `manifest.json` may say. It is read and checked before any code of the extension runs. */
export const manifestSchema = Type.Object(
  {
    $schema: Type.Optional(Type.String()),
    name: Type.String({ pattern: '^[a-z][a-z0-9]*(-[a-z0-9]+)*$' }),
    version: Type.String(),
    description: Type.Optional(Type.String()),
    kernel: Type.Optional(Type.String()),
    dependencies: Type.Optional(ranges),
    optionalDependencies: Type.Optional(ranges),
    prefix: Type.Optional(Type.String({ pattern: '^(/[A-Za-z0-9._~-]+)*/?$' })),
    packages: Type.Optional(ranges),
    systemPackages: Type.Optional(
      Type.Object(
        {
          apt: Type.Optional(names),
          brew: Type.Optional(names),
          winget: Type.Optional(names),
          choco: Type.Optional(names),
          snap: Type.Optional(names),
        },
        { additionalProperties: false },
      ),
    ),
    onFailure: Type.Optional(Type.Enum(['continue', 'abort'])),
    timeouts: Type.Optional(
      Type.Object(
        { boot: Type.Optional(milliseconds), stop: Type.Optional(milliseconds) },
        { additionalProperties: false },
      ),
    ),
    capability: Type.Optional(Type.String({ pattern: '^[a-z][a-z0-9-]*$' })),
  },
  { additionalProperties: false },
);

export type Manifest = Static<typeof manifestSchema>;

const knownKeys: readonly string[] = Object.keys(manifestSchema.properties);
let validator: Validator | undefined;

/**
 * Reads the text of a `manifest.json`.
 *
 * @param text content of the file
 * @param folder absolute path of the extension's folder; its name must be the extension's
 * @param kernelVersion semver of the running kernel
 * @throws MANIFEST_INVALID with all faults at once
 */
export function parseManifest(text: string, folder: string, kernelVersion: string): Manifest {
  const file = `${folder}/manifest.json`;
  let value: unknown;
  try {
    // Some editors begin a file with a byte order mark, which JSON does not know.
    value = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new BackplaneError(
      'MANIFEST_INVALID',
      { file, faults: [`is not JSON: ${reason}`] },
      { cause: error },
    );
  }
  const faults = schemaFaults(value);
  if (isManifestLike(value)) faults.push(...meaningFaults(value, basename(folder), kernelVersion));
  if (faults.length > 0) throw new BackplaneError('MANIFEST_INVALID', { file, faults });
  return value as Manifest;
}

function schemaFaults(value: unknown): string[] {
  validator ??= compileValidator(manifestSchema, { coerce: false });
  return validator(value).map(({ pointer, message }) => {
    const key = pointer.slice(1);
    if (message === 'is not a known property' && !key.includes('/')) {
      return `unknown key "${key}".${didYouMean(key, knownKeys) || ` Known: ${knownKeys.join(', ')}`}`;
    }
    if (pointer === '/name' && message.includes('pattern'))
      return '"name" must be lower-case kebab-case, as "auth-mfa"';
    if (pointer === '/prefix') return '"prefix" must be a path such as "/blog", or "/" for the root';
    return `${key === '' ? 'the manifest' : `"${key.replaceAll('/', '.')}"`} ${message}`;
  });
}

/** The parts whose meaning is checked beyond the schema, each only when it has the right type. */
type ManifestLike = Partial<Record<keyof Manifest, unknown>>;

function isManifestLike(value: unknown): value is ManifestLike {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function meaningFaults(manifest: ManifestLike, folderName: string, kernelVersion: string): string[] {
  const faults: string[] = [];
  const { name, version, kernel } = manifest;
  if (typeof name === 'string' && name !== folderName) {
    faults.push(`"name" is "${name}", but the folder is called "${folderName}". Make them equal`);
  }
  if (typeof version === 'string' && semver.valid(version) === null) {
    faults.push(`"version" is "${version}", which is no semantic version such as "1.0.0"`);
  }
  if (typeof kernel === 'string') {
    if (semver.validRange(kernel) === null) faults.push(`"kernel" is "${kernel}", which is no version range`);
    else if (!semver.satisfies(kernelVersion, kernel, { includePrerelease: true })) {
      faults.push(`"kernel" asks for ${kernel}, but this kernel is ${kernelVersion}`);
    }
  }
  for (const key of ['dependencies', 'optionalDependencies', 'packages'] as const) {
    const ranges = manifest[key];
    if (!isManifestLike(ranges)) continue;
    for (const [dependency, range] of Object.entries(ranges)) {
      if (typeof range === 'string' && semver.validRange(range) === null) {
        faults.push(`"${key}.${dependency}" is "${range}", which is no version range such as "^1.0.0"`);
      }
      if (dependency === name && key !== 'packages') faults.push(`"${key}" names the extension itself`);
    }
  }
  return faults;
}

/** The manifest as a node of the dependency graph. */
export function toGraphNode({ name, version, dependencies, optionalDependencies }: Manifest): GraphNode {
  return {
    name,
    version,
    requires: [
      ...Object.entries(dependencies ?? {}).map(([dependency, range]) => ({ name: dependency, range })),
      ...Object.entries(optionalDependencies ?? {}).map(([dependency, range]) => ({
        name: dependency,
        range,
        optional: true,
      })),
    ],
  };
}

/** The same few versions and ranges come again for every extension; parsing them is what costs. */
export function createSatisfies(): (version: string, range: string) => boolean {
  const answers = new Map<string, boolean>();
  return (version, range) => {
    const key = `${version} ${range}`;
    let answer = answers.get(key);
    if (answer === undefined) {
      answer = semver.satisfies(version, range, { includePrerelease: true });
      answers.set(key, answer);
    }
    return answer;
  };
}

/** Names of everything that the manifest lets the extension use. */
export function declaredNames({ dependencies, optionalDependencies }: Manifest): readonly string[] {
  return [...Object.keys(dependencies ?? {}), ...Object.keys(optionalDependencies ?? {})];
}

/** Where the extension's routes mount: no trailing slash, empty for the root. */
export function prefixOf({ name, prefix }: Manifest): string {
  return (prefix ?? `/${name}`).replace(/\/+$/, '');
}
