import { join } from 'node:path';
import type { OwnedEntity } from '../../data/entity/compile/compile-entities.ts';
import {
  type Databases,
  type EntityCatalog,
  isEntityDefinition,
  isEntityExtension,
  isScopeDefinition,
} from '../../data/index.ts';
import { createDatabases, type KernelDatabases } from '../../databases.ts';
import { BackplaneError, throwFaults } from '../../errors.ts';
import { resolveGraph } from '../../extension/graph.ts';
import { createSatisfies, declaredNames, type Manifest, toGraphNode } from '../../extension/manifest.ts';
import { hashFolder, type LoadedModules, ModuleLoader } from '../../extension/modules/index.ts';
import { createLogger } from '../../log/index.ts';
import { compileCatalog } from '../../resource/external/catalog.ts';
import type { Surroundings } from '../surroundings.ts';
import { surveyApplication } from '../survey.ts';

/** An extension as the data layer sees it. */
export interface ProjectExtension {
  readonly name: string;
  readonly folder: string;
  readonly manifest: Manifest;
  /** Relative paths of files in its folders, such as `entities/post.ts`. */
  files(): Promise<readonly string[]>;
  /** The namespace of one of them. */
  import(file: string): Promise<object>;
}

/**
 * The data of an application, for the commands that work on it: databases, and the extensions that `EXTENSIONS` asks for,
 * dependencies before dependents. No extension is booted: what its tables lack may be why it could not boot.
 */
export interface DatabaseProject extends AsyncDisposable {
  readonly root: string;
  readonly databases: Databases;
  readonly extensions: readonly ProjectExtension[];
  /** @throws EXTENSION_NOT_FOUND */
  extension(name: string): ProjectExtension;
  /** The entities of all extensions. @throws ENTITY_INVALID, and whatever a file throws */
  catalog(): Promise<EntityCatalog>;
}

/**
 * @param options `onMissing`: the command only looks; see `createDatabases`
 * @throws SETTINGS_INVALID, CONFIG_FILE_INVALID, and the fault of each extension that cannot be read
 */
export async function openDatabaseProject(
  surroundings: Surroundings,
  options: Pick<KernelDatabases, 'onMissing'> = {},
): Promise<DatabaseProject> {
  const { cwd: root, stderr } = surroundings;
  const { settings, sources, candidates, selected } = await surveyApplication(surroundings);
  const { log } = createLogger({ level: settings.logLevel, format: 'pretty', destination: stderr });
  const chosen = [...candidates.values()].filter(({ name }) => selected.has(name));
  throwFaults(chosen.flatMap(({ fault }) => fault ?? []));
  const manifests = chosen.flatMap(({ manifest }) => manifest ?? []);
  const { order } = resolveGraph(manifests.map(toGraphNode), createSatisfies());

  const loader = new ModuleLoader({
    cache: join(root, 'var', 'cache'),
    native: false,
    timeLimit: 10_000,
    onWarning: (warning) => log.warn(warning.message),
  });
  const loaded = new Map<string, Promise<LoadedModules>>();
  const load = (name: string): Promise<LoadedModules> => {
    const known = loaded.get(name) ?? loadOne(name);
    loaded.set(name, known);
    return known;
  };
  async function loadOne(name: string): Promise<LoadedModules> {
    const candidate = candidates.get(name);
    if (!candidate?.manifest) throw new BackplaneError('EXTENSION_NOT_FOUND', { name, known: order });
    const declared = declaredNames(candidate.manifest).filter((other) => order.includes(other));
    const neighbours = new Map(
      await Promise.all(declared.map(async (other) => [other, (await load(other)).index] as const)),
    );
    const { hash } = await hashFolder(candidate.folder);
    return loader.load(candidate, {
      hash,
      neighbour: (other) => (neighbours.has(other) ? neighbours.get(other) : 'undeclared'),
    });
  }

  const extensions = order.flatMap((name): ProjectExtension[] => {
    const candidate = candidates.get(name);
    if (!candidate?.manifest) return [];
    const { folder, manifest } = candidate;
    return [
      {
        name,
        folder,
        manifest,
        files: async () => (await load(name)).files,
        import: async (file) => (await load(name)).import(file),
      },
    ];
  });
  const databases = createDatabases({ settings, sources, root, log, ...options });
  return {
    root,
    databases,
    extensions,
    extension(name) {
      const found = extensions.find((one) => one.name === name);
      if (found) return found;
      throw new BackplaneError('EXTENSION_NOT_FOUND', { name, known: order });
    },
    async catalog() {
      return compileCatalog((await Promise.all(extensions.map(entitiesOf))).flat());
    },
    [Symbol.asyncDispose]: () => databases.close(),
  };
}

async function entitiesOf(extension: ProjectExtension): Promise<readonly OwnedEntity[]> {
  const files = (await extension.files()).filter((file) => file.startsWith('entities/'));
  const namespaces = await Promise.all(files.map((file) => extension.import(file)));
  const values = new Set(namespaces.flatMap((namespace) => Object.values(namespace).flat()));
  return [...values]
    .filter((value) => isEntityDefinition(value) || isEntityExtension(value) || isScopeDefinition(value))
    .map((value) => ({ value, owner: extension.name }));
}
