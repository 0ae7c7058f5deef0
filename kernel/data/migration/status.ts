import type { Survey } from './survey.ts';

export type MigrationState =
  /** Not applied yet. */
  | 'pending'
  | 'applied'
  /** Begun, and ended neither by success nor by a roll-back; running `migrate` finishes it. */
  | 'interrupted'
  /** Applied, and its file was edited since. */
  | 'changed'
  /** Applied, and its file is gone, with its extension as a rule. */
  | 'missing';

export interface MigrationStatus {
  readonly key: string;
  readonly extension: string;
  /** Name of the database. */
  readonly database: string;
  readonly state: MigrationState;
  /** The rest is of applied ones only. */
  readonly batch?: number;
  /** ISO 8601 */
  readonly appliedAt?: string;
  /** ms */
  readonly duration?: number;
}

/** The state of each migration, in the order of applying, pending ones last; then those whose files are gone. Pure. */
export function statusOf({ graph, files, records }: Survey): readonly MigrationStatus[] {
  const replaced = new Set(graph.order.flatMap(({ header }) => header.replaces));
  const here = graph.order.map(({ key, extension, header: { database } }): MigrationStatus => {
    const record = records.get(key);
    if (record === undefined) {
      return { key, extension, database, state: graph.standIns.has(key) ? 'applied' : 'pending' };
    }
    const { batch, appliedAt, duration } = record;
    const isSame = files.get(key)?.checksum === record.checksum;
    const state = record.state !== 'applied' ? 'interrupted' : isSame ? 'applied' : 'changed';
    return { key, extension, database, state, batch, appliedAt, duration };
  });
  const gone = [...records.values()]
    .filter(({ key }) => !files.has(key) && !replaced.has(key))
    .map(({ key, extension, header, batch, appliedAt, duration }): MigrationStatus => {
      return { key, extension, database: header.database, state: 'missing', batch, appliedAt, duration };
    });
  const isPending = ({ state }: MigrationStatus): boolean => state === 'pending';
  return [...here.filter((one) => !isPending(one)), ...here.filter(isPending), ...gone];
}
