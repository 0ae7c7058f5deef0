import { BackplaneError } from '../../../errors.ts';
import type { Database } from '../../database/database.ts';
import type { StepOrigin } from '../schema/apply-step.ts';
import type { SchemaDraft } from '../schema/replay.ts';
import type { Schema } from '../schema/schema.ts';
import { type Misfits, misfitsOf } from '../sql/misfits.ts';
import { renderStep } from '../sql/render-step.ts';
import type { Target } from '../sql/target.ts';
import { typeNamed } from '../step/column.ts';
import { conversionFault } from '../step/conversion.ts';
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
    assertConvertible(step, before, origin);
    const after = draft.pick(origin.database, names);
    const misfits = misfitsIn(step, before, after, target);
    return {
      title: titleOf(step),
      rendered: renderStep(step, before, after, target),
      isJudgedFirst: !steps.slice(0, index).some((earlier) => affects(earlier, step)),
      ...(misfits ? { misfits } : {}),
      // What changes tables that the same run makes first, as on a new database, destroys nothing.
      ...(isNew ? harmless : marksOf(step, before)),
    };
  });
}

/** @throws MIGRATION_STEP_INVALID; only of what is to run: what did run once is history */
function assertConvertible(step: Step, before: Schema, { key }: StepOrigin): void {
  if (step.kind !== 'alterColumn') return;
  const old = before.get(step.table)?.columns.find(({ name }) => name === step.column.name);
  const type = typeNamed(step.column.type);
  const reason = old && type && conversionFault(old.type, type);
  if (reason !== undefined)
    throw new BackplaneError('MIGRATION_STEP_INVALID', { key, step: titleOf(step), reason });
}

/** May this step change which rows fit a later one, or by which names they are found? */
function affects(earlier: Step, later: Step): boolean {
  if (later.kind !== 'alterColumn') return false;
  switch (earlier.kind) {
    case 'sql':
    case 'run':
    case 'renameTable':
    case 'renameColumn':
      return true;
    case 'createTable':
      return earlier.table.name === later.table;
    case 'addColumn':
    case 'alterColumn':
      return earlier.table === later.table && earlier.column.name === later.column.name;
    default:
      return false;
  }
}

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
