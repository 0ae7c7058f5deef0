import type { Job, JobContext } from './job.ts';
import { appliedRecord, failed } from './outcome.ts';
import { assertNoNewOrphans, orphans, withoutForeignKeys } from './rebuild.ts';
import { assertFit, runStep } from './run-step.ts';
import { runStepwise } from './stepwise.ts';

/**
 * Applies a migration or undoes it, and records that.
 *
 * @returns ms that it took
 * @throws MIGRATION_FAILED, with the step and what the database says
 */
export async function runJob(context: JobContext, job: Job): Promise<number> {
  const started = performance.now();
  const duration = (): number => Math.round(performance.now() - started);
  if (!job.isAtomic) {
    await runStepwise(context, job, duration);
    return duration();
  }
  const { database } = context;
  const rebuilds = job.steps.some(({ rendered }) => rendered.kind === 'rebuild');
  const work = (): Promise<void> => database.transaction(() => runAtomic(context, job, rebuilds, duration));
  await (rebuilds ? withoutForeignKeys(database, work) : work());
  return duration();
}

async function runAtomic(
  context: JobContext,
  job: Job,
  rebuilds: boolean,
  duration: () => number,
): Promise<void> {
  const { database, recorder, lock } = context;
  await lock.assertHeld();
  const before = rebuilds ? await orphans(database) : new Map<string, number>();
  for (const [index, step] of job.steps.entries()) {
    context.onStep(job, step, index);
    try {
      await assertFit(database, job.key, step);
      await runStep(database, job.key, step.rendered);
    } catch (error) {
      throw failed(job, step, index, error, 'Nothing of the migration was kept.');
    }
  }
  if (rebuilds) await assertNoNewOrphans(database, job.key, before);
  if (job.direction === 'revert') await recorder.delete([job.key]);
  else await recorder.insert(appliedRecord(context, job, duration()), job.details);
}
