import { BackplaneError } from '../../../errors.ts';
import { holds } from '../sql/introspect.ts';
import type { Statement } from '../sql/statement.ts';
import type { Job, JobContext, JobStep } from './job.ts';
import { appliedRecord, failed } from './outcome.ts';
import { assertNoNewOrphans, orphans, withoutForeignKeys } from './rebuild.ts';
import type { Progress } from './recorder.ts';
import { assertEmpty, assertFit, runStep } from './run-step.ts';

/**
 * Runs a migration whose steps cannot be one transaction: MariaDB ends a transaction at each statement that changes a table.
 * How far it has come is recorded before and after each statement, so that a run that was killed is finished by the next.
 *
 * @throws MIGRATION_INTERRUPTED when nobody can know whether the statement that was running then took effect
 */
export async function runStepwise(context: JobContext, job: Job, duration: () => number): Promise<void> {
  const { recorder } = context;
  const { key, record, direction } = job;
  const state = direction === 'apply' ? 'running' : 'reverting';
  const begin: Progress = { step: 0, statement: 0, isSent: false };
  let from = begin;
  // What is refused for its rows shall not leave the steps before it behind.
  if (record?.state !== state) await assertAllFit(context, job);
  if (record?.state === state) {
    from = record;
    await recorder.update(key, { checksum: job.checksum, header: job.header }, job.details);
  } else if (direction === 'apply') {
    // Of an attempt of which nothing was run.
    await recorder.delete([key]);
    await recorder.insert({ ...appliedRecord(context, job, 0), ...begin, state }, job.details);
  } else await recorder.update(key, { ...begin, state });

  for (const [index, step] of job.steps.entries()) {
    if (index < from.step) continue;
    context.onStep(job, step, index);
    const run = new StepRun(context, job, index);
    try {
      await run.run(step, index === from.step ? from : { ...begin, step: index });
    } catch (error) {
      const kept = index === 0 ? 'No step before it was run.' : `The ${index} before it are done and kept.`;
      throw failed(job, step, index, error, kept);
    }
  }
  if (direction === 'revert') await recorder.delete([key]);
  else await recorder.update(key, appliedRecord(context, job, duration()));
}

async function assertAllFit({ database }: JobContext, job: Job): Promise<void> {
  for (const [index, step] of job.steps.entries()) {
    if (!step.isJudgedFirst) continue;
    try {
      await assertFit(database, job.key, step);
    } catch (error) {
      throw failed(job, step, index, error, 'No step of it was run.');
    }
  }
}

/** One step of a migration that is run step by step. */
class StepRun {
  readonly #context: JobContext;
  readonly #job: Job;
  readonly #index: number;

  constructor(context: JobContext, job: Job, index: number) {
    this.#context = context;
    this.#job = job;
    this.#index = index;
  }

  async run(step: JobStep, from: Progress): Promise<void> {
    const { rendered } = step;
    const { key } = this.#job;
    const { database } = this.#context;
    if (from.statement === 0 && !from.isSent) await assertFit(database, key, step);
    switch (rendered.kind) {
      case 'run':
        await this.#inTransaction(async () => runStep(database, key, rendered));
        return;
      case 'rebuild':
        await withoutForeignKeys(database, () =>
          this.#inTransaction(async () => {
            const before = await orphans(database);
            await runStep(database, key, rendered);
            await assertNoNewOrphans(database, key, before);
          }),
        );
        return;
      case 'sql':
        if (rendered.texts.every(changesRowsOnly)) {
          await this.#inTransaction(() => runStep(database, key, rendered));
        } else await this.#statements(step, rendered.texts.map(unknownEffect), from);
        return;
      case 'statements':
        if (from.statement === 0 && !from.isSent) await assertEmpty(database, key, rendered);
        await this.#statements(step, rendered.statements, from);
    }
  }

  async #statements(step: JobStep, statements: readonly SentStatement[], from: Progress): Promise<void> {
    const { database, lock } = this.#context;
    for (const [index, statement] of statements.entries()) {
      if (index < from.statement) continue;
      const wasSent = from.isSent && index === from.statement;
      if (wasSent && (await this.#tookEffect(step, statement))) continue;
      await lock.assertHeld();
      await this.#progress({ step: this.#index, statement: index, isSent: true });
      try {
        await database.execute(statement.sql);
      } catch (error) {
        // Over a connection that broke this cannot be said, and is not known either.
        await this.#progress({ step: this.#index, statement: index, isSent: false }).catch(() => {});
        throw error;
      }
    }
    await this.#progress({ step: this.#index + 1, statement: 0, isSent: false });
  }

  async #tookEffect({ title }: JobStep, statement: SentStatement): Promise<boolean> {
    if (statement.effect === 'unknown') {
      const { key, file } = this.#job;
      const { sql } = statement;
      throw new BackplaneError('MIGRATION_INTERRUPTED', { key, file, step: this.#index + 1, title, sql });
    }
    return statement.effect !== undefined && (await holds(this.#context.database, statement.effect));
  }

  /** Together with the record that it is done. */
  #inTransaction(work: () => Promise<void>): Promise<void> {
    return this.#context.database.transaction(async () => {
      await this.#context.lock.assertHeld();
      await work();
      await this.#progress({ step: this.#index + 1, statement: 0, isSent: false });
    });
  }

  #progress(progress: Progress): Promise<void> {
    return this.#context.recorder.update(this.#job.key, progress);
  }
}

interface SentStatement extends Pick<Statement, 'sql'> {
  readonly effect?: Statement['effect'] | 'unknown';
}

function unknownEffect(sql: string): SentStatement {
  return { sql, effect: 'unknown' };
}

function changesRowsOnly(sql: string): boolean {
  return /^\s*(insert|update|delete|replace|select|with)\b/i.test(sql);
}
