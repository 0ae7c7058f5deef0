import type { Database } from '../../database/database.ts';
import type { StepOrigin } from '../schema/apply-step.ts';
import type { SchemaDraft } from '../schema/replay.ts';
import { renderStep } from '../sql/render-step.ts';
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
  const { knex, dialect } = database;
  return steps.map((step) => {
    const names = tablesOf(step);
    const isNew = names.length > 0 && names.every((name) => draft.isNew(origin.database, name));
    const before = draft.pick(origin.database, names);
    draft.apply({ ...origin, steps: [step] });
    const after = draft.pick(origin.database, names);
    return {
      title: titleOf(step),
      rendered: renderStep(step, before, after, { knex, dialect }),
      // What changes tables that the same run makes first, as on a new database, destroys nothing.
      ...(isNew ? harmless : marksOf(step, before)),
    };
  });
}

/** The tables that a step is rendered from. */
function tablesOf(step: Step): readonly string[] {
  if (step.kind === 'run' || step.kind === 'sql') return [];
  if (step.kind === 'createTable') return [step.table.name];
  return step.kind === 'renameTable' ? [step.table, step.to] : [step.table];
}
