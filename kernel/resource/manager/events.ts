import type { Entities, Entity } from '../../data/entity/types.ts';
import type { EntityRow } from '../../data/model/row.ts';
import type { EventName } from '../../event/events.ts';
import type { Actor } from '../../http/actor.ts';
import type { World } from './world.ts';

/** What has become of a row. */
export type ChangeKind = 'created' | 'updated' | 'deleted' | 'restored';

/** The payload of an event about a row: `blog.post.created`. */
export interface RowEvent<Row = Readonly<Record<string, unknown>>> {
  /** Name of the entity. */
  readonly entity: string;
  readonly id: string;
  /** The whole row, as it is now; as it was before, when it is deleted. */
  readonly row: Row;
  /** As it was before; `undefined` for a new one. */
  readonly previous: Row | undefined;
  readonly actor: Actor | undefined;
}

/** The events of one kind that all declared entities have, by name. */
type RowEventsOf<Kind extends ChangeKind> = {
  [Name in keyof Entities & string as `${Name}.${Kind}`]: RowEvent<Entity<Entities[Name]>>;
};

declare module '../../event/events.ts' {
  interface DerivedEvents
    extends RowEventsOf<'created'>,
      RowEventsOf<'updated'>,
      RowEventsOf<'deleted'>,
      RowEventsOf<'restored'> {}
}

export interface Change extends Omit<RowEvent, 'actor'> {
  readonly kind: ChangeKind;
}

/** Emits `<entity>.<kind>`. */
export async function tellChange(world: World, { kind, ...change }: Change): Promise<void> {
  const payload: RowEvent = { ...change, actor: world.actor };
  // Each entity has these events, which only the running system knows by name.
  await world.events.emit(`${change.entity}.${kind}` as EventName, payload as never);
}

/** A row that is there now. */
export function created(entity: string, row: EntityRow): Change {
  return { kind: 'created', entity, id: String(row.id), row, previous: undefined };
}
