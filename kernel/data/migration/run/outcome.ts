import { BackplaneError, isBackplaneError, messageOf } from '../../../errors.ts';
import type { Job, JobContext, JobStep } from './job.ts';

export function appliedRecord({ batch }: JobContext, job: Job, duration: number) {
  const { key, extension, checksum, header } = job;
  const progress = { step: job.steps.length, statement: 0, isSent: false };
  const appliedAt = new Date().toISOString();
  return {
    key,
    extension,
    checksum,
    header,
    batch,
    state: 'applied',
    appliedAt,
    duration,
    ...progress,
  } as const;
}

export function failed(
  { key, file }: Job,
  { title }: JobStep,
  index: number,
  error: unknown,
  state: string,
): BackplaneError {
  if (isBackplaneError(error)) return error;
  const details = { key, file, step: index + 1, title, reason: messageOf(error), state };
  return new BackplaneError('MIGRATION_FAILED', details, { cause: error });
}
