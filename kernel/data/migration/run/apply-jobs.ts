import { BackplaneError, didYouMean, throwFaults } from '../../../errors.ts';
import type { Migration } from '../define.ts';
import { withRequired } from '../graph/graph.ts';
import type { MigrationNode } from '../graph/node.ts';
import type { HeldMigration, Jobs } from '../plan.ts';
import { dataOf, hashOf } from '../step/step-data.ts';
import { faultsOf, type Survey, type SurveyPlaces } from '../survey.ts';
import { type History, historyOf } from './history.ts';
import type { Job } from './job.ts';
import type { MigrationDetails } from './recorder.ts';
import { revertJob } from './revert-jobs.ts';
import { jobSteps } from './steps-of.ts';

export interface ApplyOptions {
  /** Only this extension's, and what they need; all if left out. */
  readonly extension?: string;
  /** Up to this migration, and what it needs. */
  readonly to?: string;
  /** May steps destroy data? */
  readonly allowDestructive?: boolean;
  /** Leaves out what breaks running code, and what needs that. */
  readonly expandOnly?: boolean;
}

/** What is to be done to apply all that is pending. @throws what stops it, all at once */
export async function applyJobs(survey: Survey, places: SurveyPlaces, options: ApplyOptions): Promise<Jobs> {
  const { graph, records } = survey;
  const selected = selectedBy(survey, options);
  assertSound(survey, selected, options);
  const nodes = graph.order.filter(({ key }) => selected.has(key));
  const pending = nodes.filter(
    ({ key }) => records.get(key)?.state !== 'applied' && !graph.standIns.has(key),
  );
  const standIns = nodes.map(({ key }) => key).filter((key) => graph.standIns.has(key));
  if (pending.length === 0) return { jobs: [], held: [], standIns };

  const migrations = await importAll(survey, places, pending);
  const reverting = pending.filter(({ key }) => records.get(key)?.state === 'reverting');
  const history = await historyOf(survey, places.databases, new Set(reverting.map(({ key }) => key)));
  const jobs: Job[] = reverting.toReversed().map((node) => {
    return revertJob(survey, places, history, node, migrations.get(node.key));
  });
  const held = new Map<string, HeldMigration>();
  for (const node of pending) {
    const { key } = node;
    const waitsFor = [...(graph.requires.get(key) ?? [])].find((one) => held.has(one));
    if (waitsFor !== undefined) {
      held.set(key, { key, reason: `needs ${waitsFor}` });
      continue;
    }
    const migration = migrations.get(key);
    if (migration === undefined) continue;
    const isBegun = records.get(key)?.state === 'running';
    const before = history.draft.snapshot(node.header.database);
    const job = applyJob(survey, places, history, node, migration);
    const breaking = job.steps.find(({ breaksRunningCode }) => breaksRunningCode);
    // What was begun is finished: half-way it breaks running code anyway.
    if (options.expandOnly && breaking && !isBegun) {
      held.set(key, { key, reason: `breaks running code (${breaking.title})` });
      history.draft.restore(node.header.database, before);
    } else jobs.push(job);
  }
  const refused = options.allowDestructive ? undefined : refusal(jobs);
  return { jobs, held: [...held.values()], standIns, ...(refused ? { refused } : {}) };
}

function selectedBy({ graph, files }: Survey, { extension, to }: ApplyOptions): ReadonlySet<string> {
  const all = graph.order.map(({ key }) => key);
  if (to !== undefined && !all.includes(to)) {
    const suggestion = didYouMean(to, all);
    throw new BackplaneError('MIGRATION_NOT_FOUND', { key: to, suggestion });
  }
  if (extension !== undefined && to === undefined) {
    const own = [...files.values()].filter((file) => file.extension === extension);
    return withRequired(
      own.map(({ key }) => key),
      graph.requires,
    );
  }
  return to === undefined ? new Set(all) : withRequired([to], graph.requires);
}

/** @throws every fault that concerns what was selected */
function assertSound(
  { faults, files, records }: Survey,
  selected: ReadonlySet<string>,
  { extension, to }: ApplyOptions,
): void {
  const all = extension === undefined && to === undefined;
  const names = new Set([...selected].map((key) => key.slice(0, key.lastIndexOf('/'))));
  if (extension !== undefined) names.add(extension);
  const changed = [...selected].flatMap((key) => {
    const file = files.get(key);
    const record = records.get(key);
    const isChanged = file && record?.state === 'applied' && file.checksum !== record.checksum;
    return isChanged ? [new BackplaneError('MIGRATION_CHANGED', { key, file: file.path })] : [];
  });
  throwFaults([...faultsOf(faults, all ? undefined : names), ...changed]);
}

async function importAll(
  { files }: Survey,
  { migrations }: SurveyPlaces,
  nodes: readonly MigrationNode[],
): Promise<ReadonlyMap<string, Migration>> {
  const loaded = new Map<string, Migration>();
  await Promise.all(
    nodes.map(async ({ key }) => {
      const file = files.get(key);
      if (file) loaded.set(key, await migrations.get(file));
    }),
  );
  return loaded;
}

function applyJob(
  { records, files }: Survey,
  { databases }: SurveyPlaces,
  history: History,
  { key, extension, file, header }: MigrationNode,
  migration: Migration,
): Job {
  const database = databases.get(header.database);
  if (database === undefined)
    throw new BackplaneError('DATABASE_UNKNOWN', { name: header.database, suggestion: '' });
  const found = records.get(key);
  const record = found?.state === 'running' ? found : undefined;
  const details: MigrationDetails = {
    steps: migration.steps.map(dataOf),
    hashes: migration.steps.map(hashOf),
  };
  const done = history.details.get(key);
  if (record && done) {
    const begun = record.step + (record.statement > 0 || record.isSent ? 1 : 0);
    const step = done.hashes.slice(0, begun).findIndex((hash, index) => hash !== details.hashes[index]);
    if (step !== -1) throw new BackplaneError('MIGRATION_BEGUN_CHANGED', { key, file, step: step + 1 });
  }
  const origin = { key, extension, database: header.database };
  return {
    key,
    extension,
    file,
    header,
    details,
    direction: 'apply',
    checksum: files.get(key)?.checksum ?? '',
    steps: jobSteps(migration.steps, history.draft, origin, database),
    isAtomic: database.dialect !== 'mysql' && migration.transaction !== false,
    ...(record ? { record } : {}),
  };
}

function refusal(jobs: readonly Job[]): BackplaneError | undefined {
  const steps = jobs
    .filter(({ direction }) => direction === 'apply')
    .flatMap(({ key, steps }) =>
      steps.filter(({ destroysData }) => destroysData).map(({ title }) => `${key}: ${title}`),
    );
  return steps.length > 0 ? new BackplaneError('MIGRATION_DESTRUCTIVE', { steps }) : undefined;
}
