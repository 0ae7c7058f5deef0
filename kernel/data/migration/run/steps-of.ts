import type { Database } from '../../database/database.ts';
import type { StepOrigin } from '../schema/apply-step.ts';
import type { SchemaDraft } from '../schema/replay.ts';
import type { Schema } from '../schema/schema.ts';
import { type Misfits, misfitsOf } from '../sql/misfits.ts';
import { renderStep } from '../sql/render-step.ts';
import type { Target } from '../sql/target.ts';
import { harmless, marksOf } from '../step/marks.ts';
import type { Step } from '../step/step.ts';
import { titleOf } from '../step/title.ts';
import type { JobStep } from './job.ts';

/**
 * Steps as a database is to run them.
 *
 * @param draft the tables before them; they are applied to it
 * @throws MIGRATION_STEP_INVALID
 */
export function jobSteps(
  steps: readonly Step[],
  draft: SchemaDraft,
  origin: StepOrigin,
  database: Database,
): readonly JobStep[] {
  const target = { knex: database.knex, dialect: database.dialect };
  return steps.map((step, index) => {
    const names = tablesOf(step);
    const isNew = names.length > 0 && names.every((name) => draft.isNew(origin.database, name));
    const before = draft.pick(origin.database, names);
    draft.apply({ ...origin, steps: [step] });
    const after = draft.pick(origin.database, names);
    const misfits = misfitsIn(step, before, after, target);
    return {
      title: titleOf(step),
      rendered: renderStep(step, before, after, target),
      isJudgedFirst: steps.slice(0, index).every((earlier) => leavesRows.has(earlier.kind)),
      ...(misfits ? { misfits } : {}),
      // What changes tables that the same run makes first, as on a new database, destroys nothing.
      ...(isNew ? harmless : marksOf(step, before)),
    };
  });
}

/** Steps after which a later one finds the rows, and the names, that were there before them. */
const leavesRows: ReadonlySet<Step['kind']> = new Set([
  'createIndex',
  'dropIndex',
  'addForeignKey',
  'dropForeignKey',
  'createSearchIndex',
  'dropSearchIndex',
]);

function misfitsIn(step: Step, before: Schema, after: Schema, target: Target): Misfits | undefined {
  if (step.kind !== 'alterColumn') return undefined;
  const from = before.get(step.table);
  const to = after.get(step.table);
  return from && to && misfitsOf(from, to, step.column.name, target);
}

/** The tables that a step is rendered from. */
function tablesOf(step: Step): readonly string[] {
  if (step.kind === 'run' || step.kind === 'sql') return [];
  if (step.kind === 'createTable') return [step.table.name];
  return step.kind === 'renameTable' ? [step.table, step.to] : [step.table];
}
