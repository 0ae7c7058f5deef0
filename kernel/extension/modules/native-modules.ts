import { type ResolveFnOutput, type ResolveHookContext, registerHooks } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { BackplaneError } from '../../errors.ts';
import type { BundleParts } from './generation-runtime.ts';
import { targetOf } from './import-rules.ts';
import { linkImports } from './link.ts';
import { type LoadContext, LoadedModules } from './loaded-modules.ts';
import { type ImportFrom, isNotFound, isShared, packageOf } from './packages.ts';
import { evaluateWithin } from './time-limit.ts';

type Resolve = (specifier: string, context?: Partial<ResolveHookContext>) => ResolveFnOutput;

/** The query parameter that tells the generations of a file apart. */
const PARAMETER = 'generation';

/** Before a generation's id and a specifier: the specifier as that generation's folder sees it. */
const FROM_FOLDER = 'backplane-from-folder:';

/**
 * Loads generations through Node's own `import()`, each file as its own module, for true coverage. Node never frees
 * such a module, so this is not for a process that lives long.
 */
export class NativeModules {
  readonly #generations = new Map<string, LoadContext>();
  /** The URL of each entry that was loaded here, by its namespace: how a neighbour is found again. */
  readonly #urls = new WeakMap<object, string>();

  constructor() {
    registerHooks({ resolve: (specifier, context, next) => this.#resolve(specifier, context, next) });
  }

  /** Loads a generation. Its artefact only says what it consists of, and was the check of its imports. */
  async load(context: LoadContext): Promise<LoadedModules> {
    const { source, artefact, timeLimit, neighbour, packages } = context;
    const { name: owner, folder } = source;
    const id = crypto.randomUUID();
    this.#generations.set(id, context);
    const load = async (file: string): Promise<object> => {
      const url = `${pathToFileURL(join(folder, file)).href}?${PARAMETER}=${id}`;
      const namespace: object = await import(url);
      this.#urls.set(namespace, url);
      return namespace;
    };
    const { files, inputs, imports } = artefact.header;
    const fromFolder: ImportFrom = (specifier, options) =>
      import(`${FROM_FOLDER}${id}/${specifier}`, options);
    const parts = await evaluateWithin({ owner, file: 'index.ts', folder, limit: timeLimit }, async () => {
      await linkImports(imports, {
        owner,
        neighbour,
        importPackage: (specifier, options) => packages.import(fromFolder, specifier, options),
      });
      const found: BundleParts = { files: Object.fromEntries(files.map((file) => [file, () => load(file)])) };
      const config = inputs.includes('config.ts') ? { config: await load('config.ts') } : {};
      const index = inputs.includes('index.ts') ? { index: await load('index.ts') } : {};
      return { ...found, ...config, ...index };
    });
    return new LoadedModules(context, parts);
  }

  #resolve(specifier: string, context: ResolveHookContext, next: Resolve): ResolveFnOutput {
    if (specifier.startsWith(FROM_FOLDER)) return this.#resolveFromFolder(specifier, context, next);
    const { parentURL } = context;
    const id = parentURL === undefined ? null : new URL(parentURL).searchParams.get(PARAMETER);
    const generation = id === null ? undefined : this.#generations.get(id);
    if (parentURL === undefined || generation === undefined) return next(specifier, context);
    const target = targetOf(generation.source, specifier, dirname(fileURLToPath(parentURL)));
    switch (target.kind) {
      case 'refused':
        throw target.fault(fileURLToPath(parentURL));
      case 'file': {
        const found = next(specifier, context);
        return { ...found, url: `${found.url}?${PARAMETER}=${id}` };
      }
      case 'neighbour':
        return { url: this.#neighbourUrl(generation, target.name, parentURL), shortCircuit: true };
      case 'package':
        return resolvePackage(specifier, context, next);
    }
  }

  #resolveFromFolder(specifier: string, context: ResolveHookContext, next: Resolve): ResolveFnOutput {
    const [id = '', ...rest] = specifier.slice(FROM_FOLDER.length).split('/');
    const folder = this.#generations.get(id)?.source.folder;
    // The hook of another loader in this process knows it.
    if (folder === undefined) return next(specifier, context);
    return next(rest.join('/'), { ...context, parentURL: pathToFileURL(join(folder, 'index.ts')).href });
  }

  #neighbourUrl({ source, neighbour }: LoadContext, name: string, parentURL: string): string {
    const namespace = neighbour(name);
    const url = typeof namespace === 'object' ? this.#urls.get(namespace) : undefined;
    if (url !== undefined) return url;
    const at = fileURLToPath(parentURL);
    const code = namespace === 'undeclared' ? 'MODULE_NEIGHBOUR_UNDECLARED' : 'MODULE_NEIGHBOUR_MISSING';
    throw new BackplaneError(code, { owner: source.name, at, neighbour: name });
  }
}

function resolvePackage(specifier: string, context: ResolveHookContext, next: Resolve): ResolveFnOutput {
  const asKernel = { ...context, parentURL: import.meta.url };
  if (isShared(specifier)) return next(specifier, asKernel);
  try {
    return next(specifier, context);
  } catch (error) {
    if (!isNotFound(error, packageOf(specifier))) throw error;
    return next(specifier, asKernel);
  }
}
