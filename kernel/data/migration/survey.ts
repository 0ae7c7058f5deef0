import { BackplaneError, didYouMean, isBackplaneError } from '../../errors.ts';
import type { Database } from '../database/database.ts';
import type { Migration } from './define.ts';
import { type LoadModule, loadMigration } from './files/load-file.ts';
import { type MigrationFile, type MigrationSource, readMigrationFiles } from './files/read-files.ts';
import { sameAsRecorded } from './files/same-migration.ts';
import { buildGraph, type MigrationGraph } from './graph/graph.ts';
import { headerOf } from './graph/header.ts';
import type { GraphFault, MigrationNode } from './graph/node.ts';
import { type MigrationRecord, Recorder } from './run/recorder.ts';

/** Everything that files and databases say of migrations, at one moment. */
export interface Survey {
  readonly files: ReadonlyMap<string, MigrationFile>;
  /** Of all databases, by key, in the order of applying. */
  readonly records: ReadonlyMap<string, MigrationRecord>;
  readonly graph: MigrationGraph;
  /** Faults of files and of the graph, with the extensions that they stop. */
  readonly faults: readonly GraphFault[];
}

/** Where a survey looks. */
export interface SurveyPlaces {
  readonly sources: readonly MigrationSource[];
  readonly databases: ReadonlyMap<string, Database>;
  readonly migrations: MigrationLoader;
}

/** Imports migrations, each text of a file once. */
export class MigrationLoader {
  readonly #load: LoadModule;
  readonly #loaded = new Map<string, Promise<Migration>>();

  constructor(load: LoadModule) {
    this.#load = load;
  }

  /** @throws MIGRATION_INVALID */
  get(file: MigrationFile): Promise<Migration> {
    const id = `${file.path} ${file.checksum}`;
    const known = this.#loaded.get(id);
    if (known) return known;
    const loading = loadMigration(file, this.#load);
    this.#loaded.set(id, loading);
    // What it imports may be mended without a change of its own text.
    loading.catch(() => this.#loaded.delete(id));
    return loading;
  }
}

/**
 * Reads files and records. A file is imported only if nothing is recorded of this text of it: what the graph needs to know
 * of the others stands in their records.
 *
 * @param options `records: false`: by files alone, no database is asked
 */
export async function survey(
  { sources, databases, migrations }: SurveyPlaces,
  { records: withRecords = true }: { readonly records?: boolean } = {},
): Promise<Survey> {
  const [read, records] = await Promise.all([
    readMigrationFiles(sources),
    recordsOf(withRecords ? databases.values() : []),
  ]);
  const faults: GraphFault[] = read.faults.map(({ extension, error }) => ({
    extensions: [extension],
    error,
  }));
  const files = await sameAsRecorded(read.files, records, databases, (file) => migrations.get(file));
  const nodes = await Promise.all(
    files.map(async (file): Promise<MigrationNode | undefined> => {
      const { key, extension, number, path, checksum } = file;
      const record = records.get(key);
      // One that was edited after it ran is refused when it matters; the graph goes by what did run.
      const isKnown = record && (record.checksum === checksum || record.state === 'applied');
      try {
        const header = isKnown ? record.header : headerOf(await migrations.get(file));
        const { database } = header;
        if (!databases.has(database)) {
          const suggestion = didYouMean(database, databases.keys());
          throw new BackplaneError('DATABASE_UNKNOWN', { name: database, suggestion });
        }
        return { key, extension, number, file: path, header };
      } catch (error) {
        if (!isBackplaneError(error)) throw error;
        faults.push({ extensions: [extension], error });
        return undefined;
      }
    }),
  );
  const there = nodes.filter((node) => node !== undefined);
  const graph = buildGraph(there, new Set(records.keys()));
  return {
    files: new Map(files.map((file) => [file.key, file])),
    records,
    graph,
    faults: [...faults, ...graph.faults],
  };
}

/** The records of databases by key, in the order of applying. */
export async function recordsOf(databases: Iterable<Database>): Promise<Survey['records']> {
  const recorded = await Promise.all([...databases].map((database) => new Recorder(database).all()));
  return new Map(recorded.flat().map((record) => [record.key, record]));
}

/** Faults that stop one of these extensions; all when none are named. */
export function faultsOf(faults: readonly GraphFault[], extensions?: ReadonlySet<string>): readonly Error[] {
  return faults
    .filter((fault) => extensions === undefined || fault.extensions.some((name) => extensions.has(name)))
    .map(({ error }) => error);
}
