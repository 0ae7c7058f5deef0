import type { EntitySchema } from 'backplane/data';

/** Every entity is, unless it says otherwise: its access rules let nobody in whom they do not name. */
export function isServed({ options: { expose } }: Pick<EntitySchema, 'options'>): boolean {
  return expose?.rest !== false;
}
