import { BackplaneError } from '../../../errors.ts';
import type { Table } from '../../table/table.ts';
import { numberText, parseKey } from '../graph/key.ts';
import { applyStep } from '../schema/apply-step.ts';
import { defaultDatabase, ownerOf, type Schema } from '../schema/schema.ts';
import { marksOf, type StepMarks } from '../step/marks.ts';
import type { SchemaStep } from '../step/step.ts';
import { titleOf } from '../step/title.ts';
import { difference } from './diff.ts';
import { printMigration } from './print.ts';
import { renameSteps, unusedRename } from './renames.ts';
import { slugOf } from './slug.ts';

export interface MakeOptions {
  readonly extension: string;
  /** Tables as all migrations leave them, of all databases. */
  readonly recorded: readonly Table[];
  /** Tables as the entities of all extensions want them: `tablesOf(catalog)`. */
  readonly wanted: readonly Table[];
  /** Keys of all migrations that there are. */
  readonly keys: readonly string[];
  /** What was renamed, and not dropped and made anew: `{ 'blog_posts.title': 'headline', blog_posts: 'blog_articles' }`. */
  readonly renames?: Readonly<Record<string, string>>;
  /** Words for the file's name, in snake case; made from the steps if left out. */
  readonly slug?: string;
}

/** A migration that was made, not yet written to its file. */
export interface MadeMigration {
  readonly key: string;
  /** `0002_add_subtitle.ts` */
  readonly file: string;
  readonly source: string;
  readonly steps: readonly (StepMarks & { readonly title: string })[];
}

/**
 * Makes the migrations that an extension needs: none, one, or several where one cannot do. Pure: writing is the caller's.
 *
 * @throws MIGRATION_UNDECIDED with everything that people must decide first
 */
export function makeMigrations(options: MakeOptions): readonly MadeMigration[] {
  const { extension, keys, renames = {} } = options;
  const databases = new Set([...options.wanted, ...options.recorded].map(databaseOf));
  const faults: string[] = [];
  const planned: {
    readonly database: string;
    readonly before: Schema;
    readonly steps: readonly SchemaStep[];
  }[] = [];
  const used = new Set<string>();
  for (const database of [...databases].sort(
    (a, b) => Number(b === defaultDatabase) - Number(a === defaultDatabase),
  )) {
    const recorded = schemaOf(options.recorded, database);
    const wanted = withinDatabase(schemaOf(options.wanted, database));
    const renamed = renameSteps(recorded, wanted, renames, extension, used);
    const origin = { key: extension, extension, database };
    const after = new Map(recorded);
    for (const step of renamed) applyStep(after, step, origin);
    const found = difference(after, wanted, extension);
    faults.push(...found.faults);
    const steps = [...renamed, ...found.steps];
    if (steps.length > 0) planned.push({ database, before: recorded, steps });
    if (found.later.length > 0) planned.push({ database, before: recorded, steps: found.later });
  }
  for (const name of Object.keys(renames)) if (!used.has(name)) faults.push(unusedRename(name, options));
  if (faults.length > 0) throw new BackplaneError('MIGRATION_UNDECIDED', { extension, faults });

  let last = Math.max(
    0,
    ...keys.flatMap((key) => (parseKey(key)?.extension === extension ? (parseKey(key)?.number ?? 0) : 0)),
  );
  return planned.map(({ database, before, steps }): MadeMigration => {
    last += 1;
    const slug = options.slug ?? slugOf(steps, last);
    const dependsOn = dependenciesOf(steps, before, options);
    const name = `${numberText(last)}_${slug}`;
    const source = printMigration({
      steps,
      dependsOn,
      ...(database === defaultDatabase ? {} : { database }),
    });
    const marks = steps.map((step) => ({ title: titleOf(step), ...marksOf(step, before) }));
    return { key: `${extension}/${name}`, file: `${name}.ts`, source, steps: marks };
  });
}

function databaseOf({ database = defaultDatabase }: Table): string {
  return database;
}

function schemaOf(tables: readonly Table[], database: string): Map<string, Table> {
  const own = tables.filter((table) => databaseOf(table) === database);
  return new Map(own.map((table) => [table.name, table]));
}

/** No key leads into another database. */
function withinDatabase(schema: Schema): Map<string, Table> {
  return new Map(
    [...schema].map(([name, table]) => [
      name,
      { ...table, foreignKeys: table.foreignKeys.filter((key) => schema.has(key.table)) },
    ]),
  );
}

/**
 * The latest migrations of the other extensions whose tables are changed: by what they did last, an index may be possible.
 * Tables that are only referred to need not be named.
 */
function dependenciesOf(
  steps: readonly SchemaStep[],
  before: Schema,
  { extension, keys }: MakeOptions,
): readonly string[] {
  const owners = new Set(
    steps.flatMap((step) => {
      const table = step.kind === 'createTable' ? undefined : before.get(step.table);
      return table && ownerOf(table) !== extension ? [ownerOf(table)] : [];
    }),
  );
  return [...owners]
    .map((owner) =>
      keys
        .filter((key) => parseKey(key)?.extension === owner)
        .toSorted()
        .at(-1),
    )
    .filter((key) => key !== undefined)
    .toSorted();
}
