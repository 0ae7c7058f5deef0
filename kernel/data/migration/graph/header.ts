import type { Migration } from '../define.ts';
import { defaultDatabase } from '../schema/schema.ts';
import type { SchemaStep, Step } from '../step/step.ts';

/** What the graph knows of a migration: plain data, kept with its record, so that an applied one need not be imported. */
export interface MigrationHeader {
  readonly dependsOn: readonly string[];
  readonly runBefore: readonly string[];
  readonly replaces: readonly string[];
  readonly database: string;
  /** Tables that it creates, or gives this name. */
  readonly creates: readonly string[];
  /** Tables that it needs: those it changes, and those its foreign keys refer to. */
  readonly needs: readonly string[];
}

export function headerOf({
  dependsOn = [],
  runBefore = [],
  replaces = [],
  ...rest
}: Migration): MigrationHeader {
  const creates = new Set<string>();
  const needs = new Set<string>();
  for (const step of rest.steps.flatMap(schemaSteps)) {
    for (const table of neededBy(step)) if (!creates.has(table)) needs.add(table);
    if (step.kind === 'createTable') creates.add(step.table.name);
    if (step.kind === 'renameTable') creates.add(step.to);
  }
  return {
    dependsOn,
    runBefore,
    replaces,
    database: rest.database ?? defaultDatabase,
    creates: [...creates],
    needs: [...needs],
  };
}

function schemaSteps(step: Step): readonly SchemaStep[] {
  if (step.kind === 'run') return [];
  return step.kind === 'sql' ? (step.changes ?? []) : [step];
}

function neededBy(step: SchemaStep): readonly string[] {
  switch (step.kind) {
    case 'createTable':
      return (step.table.foreignKeys ?? [])
        .map(({ table }) => table)
        .filter((table) => table !== step.table.name);
    case 'addForeignKey':
      return [step.table, step.key.table];
    default:
      return [step.table];
  }
}
