import { Container } from '../container/index.ts';
import type { EventBus } from '../event/index.ts';
import type { Logger } from '../log/index.ts';
import type { Sources } from '../settings/index.ts';
import type { DeclaredRegistry } from '../snapshot/index.ts';
import { collectFolders, contributor } from './collect.ts';
import { Generation } from './generation.ts';
import { visitInParallel } from './graph.ts';
import { declaredNames, type Manifest } from './manifest.ts';
import type { FindNeighbour, LoadedModules, ModuleLoader } from './modules/index.ts';
import { definitionOf, settingsOf } from './own-files.ts';
import { serviceNames } from './service-names.ts';
import { settingsView } from './settings-view.ts';
import type { Staging } from './staging.ts';
import { during, StepFailed } from './step-failed.ts';

/** One extension to be loaded. */
export interface Loadable {
  readonly manifest: Manifest;
  readonly folder: string;
  readonly hash: string;
  /** Number of the generation to be. */
  readonly number: number;
}

/** An extension whose migrations are to be run. */
export interface Migrating {
  readonly name: string;
  readonly folder: string;
  readonly modules: LoadedModules;
  /** A generation of it serves, and its code must go on working with the new tables. */
  readonly isServing: boolean;
}

export interface StageContext {
  readonly loader: ModuleLoader;
  readonly bus: EventBus;
  readonly log: Logger;
  readonly sources: Sources;
  readonly kernelContainer: Container;
  readonly kernelRegistries: readonly DeclaredRegistry[];
  /** Brings the tables of an extension up to date, before any of its code runs that may use them. */
  readonly migrate: (extension: Migrating) => Promise<void>;
  /** Names of the extensions that serve now. */
  readonly serving: ReadonlySet<string>;
  /** Generations that stay: dependencies that are not loaded anew are found here. */
  readonly kept: ReadonlyMap<string, Generation>;
  /** Which extension has a service of this name now, whether or not the asker may use it: for the error. */
  readonly ownerOf: (service: string) => string | undefined;
  /** Aborted when the kernel stops. */
  readonly signal: AbortSignal;
}

/**
 * Brings extensions up to the point where they could serve: modules, settings and `register` of all of them, then
 * `boot` of all of them, each as soon as its dependencies are ready. Nothing of it is visible to a request yet.
 *
 * @param loadables by name, dependencies before dependents
 * @param staging takes them, and the reasons of those that fail
 */
export async function stage(
  loadables: ReadonlyMap<string, Loadable>,
  staging: Staging,
  context: StageContext,
): Promise<void> {
  const requiresOf = (name: string): readonly string[] => {
    const loadable = loadables.get(name);
    return loadable ? declaredNames(loadable.manifest) : [];
  };
  const attempt = async (name: string, step: (name: string) => Promise<void>): Promise<void> => {
    if (!staging.isOn(name)) return;
    try {
      await orAborted(() => step(name), context.signal);
    } catch (error) {
      if (error instanceof StepFailed) await staging.fail(name, error.phase, error.cause);
      else await staging.fail(name, 'load', error);
    }
  };

  await visitInParallel(staging.names(), requiresOf, (name) =>
    attempt(name, async () => {
      const loadable = loadables.get(name);
      if (loadable) await register(loadable, staging, context);
    }),
  );
  await visitInParallel(staging.names(), requiresOf, (name) =>
    attempt(name, () => during('boot', () => boot(name, staging))),
  );
}

async function register(loadable: Loadable, staging: Staging, context: StageContext): Promise<void> {
  const { manifest, folder, hash, number } = loadable;
  const { name } = manifest;
  const dependencies = declaredNames(manifest).flatMap(
    (dependency) => staging.generations.get(dependency) ?? context.kept.get(dependency) ?? [],
  );

  const modules = await during('load', () =>
    context.loader.load(
      { name, folder },
      { hash, neighbour: neighbours(declaredNames(manifest), dependencies) },
    ),
  );
  const settings = settingsOf(name, modules, context.sources);
  if ('missing' in settings) {
    await staging.block(name, [{ kind: 'settings', variables: settings.missing }]);
    return;
  }
  if (modules.files.some((file) => file.startsWith('migrations/'))) {
    const isServing = context.serving.has(name);
    await during('migrate', () => context.migrate({ name, folder, modules, isServing }));
  }
  const log = context.log.child({ extension: name });
  const generation = new Generation({
    manifest,
    number,
    folder,
    hash,
    modules,
    log,
    definition: definitionOf(name, modules),
    settings: settings.value,
    bus: context.bus,
    container: new Container({
      owner: name,
      dependencies: [context.kernelContainer, ...dependencies.map(({ container }) => container)],
      ownerOf: context.ownerOf,
    }),
  });
  staging.generations.set(name, generation);

  const registries = [
    ...context.kernelRegistries,
    ...dependencies.flatMap((dependency) => dependency.registries),
    ...generation.registries,
  ];
  // A registry that cannot judge is asked again by the transaction, where its own extension can be blamed for it.
  await during('load', () => collectFolders(generation, registries));
  const known = registries.map(({ registry }) => registry.name);
  await during('register', () => generation.register(contributor(generation, known)));
  if (settings.schema) generation.contribute(settingsView.name, 'config.ts', settings.schema);
  for (const service of generation.container.names()) {
    generation.contribute(serviceNames.name, 'register', service);
  }
}

/** Waits for a step, but not when the kernel stops: what the step acquires afterwards is refused or released. */
async function orAborted(step: () => Promise<void>, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const onAbort = (): void => aborted.reject(signal.reason);
  signal.addEventListener('abort', onAbort);
  try {
    await Promise.race([step(), aborted.promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

async function boot(name: string, { generations, arrival }: Staging): Promise<void> {
  const generation = generations.get(name);
  await arrival.run(async () => generation?.boot());
  generation?.advance('staged');
}

/**
 * The public modules of what an extension depends on. Made here, for a function that lives as long as a generation holds
 * whatever stands around it: in `register` that would be every other generation of that moment, and through them all before.
 */
function neighbours(declared: readonly string[], dependencies: readonly Generation[]): FindNeighbour {
  const indexes = new Map(dependencies.map(({ name, modules }) => [name, modules.index]));
  return (name) => (declared.includes(name) ? indexes.get(name) : 'undeclared');
}
