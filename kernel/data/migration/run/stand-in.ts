import type { Survey, SurveyPlaces } from '../survey.ts';
import { Recorder } from './recorder.ts';

/**
 * Records a migration as applied that stands for others all of which were. Theirs stay: they hold the steps, and a release
 * before, which knows only them, still finds them.
 */
export async function recordStandIn(
  { databases }: SurveyPlaces,
  { graph, files }: Survey,
  key: string,
  batch: number,
): Promise<void> {
  const node = graph.order.find((one) => one.key === key);
  const file = files.get(key);
  const database = node && databases.get(node.header.database);
  if (node === undefined || file === undefined || database === undefined) return;
  const { extension, header } = node;
  await new Recorder(database).insert(
    {
      key,
      extension,
      header,
      batch,
      checksum: file.checksum,
      state: 'applied',
      appliedAt: new Date().toISOString(),
      duration: 0,
      step: 0,
      statement: 0,
      isSent: false,
    },
    { steps: [], hashes: [] },
  );
}
