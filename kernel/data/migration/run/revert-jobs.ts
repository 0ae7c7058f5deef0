import { BackplaneError, throwFaults } from '../../../errors.ts';
import type { Migration } from '../define.ts';
import { withDependents } from '../graph/graph.ts';
import type { MigrationNode } from '../graph/node.ts';
import { applyStep } from '../schema/apply-step.ts';
import { reverseOf } from '../step/reverse.ts';
import type { Step } from '../step/step.ts';
import { titleOf } from '../step/title.ts';
import type { Survey, SurveyPlaces } from '../survey.ts';
import { type History, historyOf } from './history.ts';
import type { Job } from './job.ts';
import type { MigrationRecord } from './recorder.ts';
import { jobSteps } from './steps-of.ts';

export interface RollbackOptions {
  /** Only this extension's, and what needs them. */
  readonly extension?: string;
  /** How many of the latest. */
  readonly steps?: number;
  /** Those that were applied together with this number; the latest ones if neither this nor `steps` is given. */
  readonly batch?: number;
}

/** What is to be done to undo migrations, dependents first. @throws what stops it, all at once */
export async function revertJobs(
  survey: Survey,
  places: SurveyPlaces,
  options: RollbackOptions,
): Promise<readonly Job[]> {
  const { graph, records, files } = survey;
  const chosen = chosenBy(survey, options);
  const all = withDependents(chosen, graph.requires);
  const keys = [...records.keys()].filter((key) => all.has(key)).reverse();
  throwFaults(obstaclesTo(survey, keys));
  const byKey = new Map(graph.order.map((node) => [node.key, node]));
  const history = await historyOf(survey, places.databases, new Set(keys));
  const jobs: Job[] = [];
  const faults: Error[] = [];
  for (const key of keys) {
    const node = byKey.get(key);
    const file = files.get(key);
    if (node === undefined || file === undefined) continue;
    try {
      jobs.push(revertJob(survey, places, history, node, await places.migrations.get(file)));
    } catch (error) {
      if (!(error instanceof BackplaneError) || error.code !== 'MIGRATION_IRREVERSIBLE') throw error;
      faults.push(error);
    }
  }
  throwFaults(faults);
  return jobs;
}

/** The migrations that are asked for. An interrupted roll-back is always finished. */
function chosenBy(
  { records, files }: Survey,
  { extension, steps, batch }: RollbackOptions,
): ReadonlySet<string> {
  const own = [...records.values()].filter((one) => extension === undefined || one.extension === extension);
  // Nobody can undo what has no file, and asking for others need not fail for it.
  const there = extension === undefined ? own.filter(({ key }) => files.has(key)) : own;
  const reverting = own.filter(({ state }) => state === 'reverting');
  const latest = batch ?? Math.max(...there.map((one) => one.batch));
  const chosen: readonly MigrationRecord[] =
    steps === undefined ? there.filter((one) => one.batch === latest) : steps > 0 ? there.slice(-steps) : [];
  return new Set([...reverting, ...chosen].map(({ key }) => key));
}

function obstaclesTo({ records, files, graph }: Survey, keys: readonly string[]): readonly Error[] {
  const creates = new Set<string>();
  const faults: Error[] = [];
  const refuse = (key: string, reason: string): void => {
    faults.push(new BackplaneError('MIGRATION_IRREVERSIBLE', { key, reason }));
  };
  for (const key of keys) {
    const record = records.get(key);
    const file = files.get(key);
    for (const table of record?.header.creates ?? []) creates.add(table);
    if (file === undefined) refuse(key, 'Its file is gone. Bring the extension back, or purge it.');
    else if (record?.state === 'running') refuse(key, 'It was interrupted half-way. Run "migrate" first.');
    else if (record?.checksum !== file.checksum)
      refuse(key, `${file.path} was edited after it ran. Restore it as it was then.`);
    if (record?.header.replaces.some((one) => records.has(one)))
      refuse(key, 'It stands for migrations that were applied one by one. Bring their files back for it.');
  }
  const there = new Set(graph.order.map(({ key }) => key));
  for (const { key, header } of records.values()) {
    if (there.has(key) || keys.includes(key)) continue;
    const needs =
      header.dependsOn.some((one) => keys.includes(one)) || header.needs.some((one) => creates.has(one));
    if (needs)
      refuse(key, 'It must be undone first, and its file is gone. Purge its extension, or bring it back.');
  }
  return faults;
}

/** @throws MIGRATION_IRREVERSIBLE */
export function revertJob(
  { records, files }: Survey,
  { databases }: SurveyPlaces,
  { draft, details, before }: History,
  { key, extension, file, header }: MigrationNode,
  migration: Migration | undefined,
): Job {
  const database = databases.get(header.database);
  if (database === undefined)
    throw new BackplaneError('DATABASE_UNKNOWN', { name: header.database, suggestion: '' });
  const record = records.get(key);
  const origin = { key, extension, database: header.database };
  const schema = new Map(before.get(key));
  const reversed: Step[] = [];
  for (const [index, step] of (migration?.steps ?? []).entries()) {
    const reverse = reverseOf(step, schema, extension);
    if (reverse === undefined) {
      const reason = `Step ${index + 1} (${titleOf(step)}) has no "reverse". Write one in ${file}, before it is applied, or undo it by a new migration.`;
      throw new BackplaneError('MIGRATION_IRREVERSIBLE', { key, reason });
    }
    reversed.unshift(...reverse);
    applyStep(schema, step, origin);
  }
  return {
    key,
    extension,
    file,
    header,
    direction: 'revert',
    checksum: files.get(key)?.checksum ?? '',
    details: details.get(key) ?? { steps: [], hashes: [] },
    steps: jobSteps(reversed, draft, origin, database),
    isAtomic: database.dialect !== 'mysql' && migration?.transaction !== false,
    ...(record ? { record } : {}),
  };
}
