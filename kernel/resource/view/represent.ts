import type { ReadRow } from '../../data/plan/decode.ts';
import type { Actor } from '../../http/actor.ts';
import { passVersion } from '../manager/version.ts';
import { leftOut, type ViewContext, type ViewDefinition } from './define-view.ts';

/** Who looks at rows, and in which way. */
export interface Viewer {
  readonly actor: Actor | undefined;
  readonly locale: string;
}

/** What a view is made of. */
export interface Shown {
  /** As the actor may see it. */
  readonly row: ReadRow;
  /** What was read along, by relation, each as its own view shows it. */
  readonly loaded: ReadonlyMap<string, unknown>;
  /** Members that were asked for; all if left out. */
  readonly fields: readonly string[] | undefined;
}

/** Makes the view of a row. */
export function shownBy({ represent }: ViewDefinition, shown: Shown, viewer: Viewer): ReadRow {
  const { row, loaded, fields } = shown;
  const given = loaded.size === 0 ? row : { ...row, ...Object.fromEntries(loaded) };
  // Each view is defined for the entity whose row this is.
  const made = represent(given as never, contextOf(shown, viewer) as never);
  const complete = { id: row.id, ...withoutLeftOut(made) };
  const view = fields === undefined ? complete : picked(complete, new Set([...fields, ...loaded.keys()]));
  passVersion(row, view);
  return view;
}

function contextOf({ row, loaded }: Shown, { actor, locale }: Viewer): ViewContext {
  return {
    when: (condition, value) => {
      if (!condition) return leftOut;
      return isFunction(value) ? value() : value;
    },
    whenLoaded(relation, make) {
      if (!loaded.has(relation)) return leftOut;
      const related = loaded.get(relation);
      // It holds what the definition says of the relation.
      return make === undefined ? related : make(related as never);
    },
    whenPivot(field) {
      const { pivot } = row;
      return isRecord(pivot) && field in pivot ? pivot[field] : leftOut;
    },
    actor,
    locale,
  };
}

/** Also inside of what it made. */
function withoutLeftOut(made: object): ReadRow {
  return Object.fromEntries(
    Object.entries(made)
      .filter(([, value]) => value !== leftOut && value !== undefined)
      .map(([name, value]) => [name, isPlain(value) ? withoutLeftOut(value) : value]),
  );
}

function picked(view: ReadRow, fields: ReadonlySet<string>): ReadRow {
  return Object.fromEntries(Object.entries(view).filter(([name]) => name === 'id' || fields.has(name)));
}

function isFunction<Value>(value: Value | (() => Value)): value is () => Value {
  return typeof value === 'function';
}

function isPlain(value: unknown): value is object {
  return isRecord(value) && Object.getPrototypeOf(value) === Object.prototype;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
