import { createSchema, type Resource, scopeKey } from 'backplane';
import type { DataContext } from 'backplane/data';

type Values = Readonly<Record<string, unknown>>;

/** Plausible values of an entity; `undefined` where its factory makes none that its schema allows. */
export interface Examples {
  readonly create: Values | undefined;
  readonly update: Values | undefined;
  readonly row: Values | undefined;
}

const id = '019b7a2e-6c00-7000-8000-000000000001';
const other = '019b7a2e-6c00-7000-8000-000000000002';
const moment = '2026-01-01T12:00:00.000Z';

/** Made by the entity's factory, without a database. */
export function examplesOf(data: DataContext, resource: Resource): Examples {
  const { schema } = resource;
  const made = valuesOf(data, resource);
  const inputs = new Set(namesIn(createSchema(schema)));
  const create: Record<string, unknown> = {};
  for (const { name, references, nullable } of schema.fields.values()) {
    if (!inputs.has(name)) continue;
    if (made?.[name] !== undefined) create[name] = made[name];
    else if (references && (!nullable || name === scopeKey(schema))) create[name] = other;
  }
  if (made === undefined || resource.create.faults({ ...create }).length > 0) {
    return { create: undefined, update: undefined, row: undefined };
  }
  return {
    create,
    update: Object.fromEntries(Object.entries(create).slice(0, 2)),
    row: rowOf(resource, { ...made, ...create }),
  };
}

/** Its `example` may throw, and a schema need not tell what its values look like. */
function valuesOf(data: DataContext, { schema }: Resource): Values | undefined {
  try {
    return { ...data.factory(schema).make() };
  } catch {
    return undefined;
  }
}

function rowOf({ schema }: Resource, values: Values): Values {
  const row: Record<string, unknown> = {};
  for (const field of schema.fields.values()) {
    const { name, readable, references, nullable, default: usual } = field;
    if (!readable) continue;
    if (name === 'id') row.id = id;
    else if (name === 'createdAt' || name === 'updatedAt') row[name] = moment;
    else if (name === 'deletedAt') row[name] = null;
    else if (values[name] !== undefined) row[name] = values[name];
    else if (usual !== undefined) row[name] = usual;
    else row[name] = references && !nullable ? other : null;
  }
  return row;
}

function namesIn(schema: object): readonly string[] {
  const properties: unknown = 'properties' in schema ? schema.properties : undefined;
  return typeof properties === 'object' && properties !== null ? Object.keys(properties) : [];
}
