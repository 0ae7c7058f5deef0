import { hash, randomUUID } from 'node:crypto';
import type { Database } from '../../data/index.ts';
import { messageOf } from '../../errors.ts';
import type { Credentials } from '../instance-administration.ts';
import { checkInstance, type InstanceDefinition } from '../instance-definition.ts';
import type { KeptInstance, WrittenSecret } from '../instance-keeper.ts';
import { type InstanceRef, type InstanceSwitch, placeOf } from '../instance-ref.ts';
import { insertNew, run, textOf, textOrNone } from './statements.ts';

type Row = Readonly<Record<string, unknown>>;
type Secrets = Readonly<Record<string, WrittenSecret>>;

const table = 'backplane_provider_instances';

/** What a row says. */
export interface StoredInstance {
  readonly id: string;
  readonly revision: string;
  readonly place: string;
  readonly switch: InstanceSwitch;
  /** `undefined`: it is one of settings, of which people have said something. */
  readonly instance: Found | undefined;
}

/** An instance with its faults; most have none. */
export interface Found {
  readonly definition: InstanceDefinition;
  readonly faults: readonly string[];
}

const idOf = (ref: InstanceRef): string => hash('sha256', placeOf(ref));

/** Of every row, which revision of it is there. */
export async function revisionsOf(database: Database): Promise<ReadonlyMap<string, string>> {
  const rows = await run(database, `select id, revision from ${table} order by id`);
  return new Map(rows.map((row) => [textOf(row, 'id'), textOf(row, 'revision')]));
}

/** Reads one. What is wrong with it is part of what it says. @returns `undefined`: it is gone */
export async function readStored(
  database: Database,
  id: string,
  credentials: Credentials,
): Promise<StoredInstance | undefined> {
  const [row] = await run(database, `select * from ${table} where id = ?`, [id]);
  if (row === undefined) return undefined;
  const ref = refOf(row);
  const revision = textOf(row, 'revision');
  const off = textOrNone(row, 'switched_off_why');
  return {
    id,
    revision,
    place: placeOf(ref),
    switch: { off, revision },
    instance: instanceOf(row, ref, credentials),
  };
}

/** The credentials of an instance as they are kept. @returns `undefined`: there is no such instance */
export async function readSecrets(database: Database, ref: InstanceRef): Promise<Secrets | undefined> {
  const [row] = await run(database, `select secrets from ${table} where id = ? and definition is not null`, [
    idOf(ref),
  ]);
  return row && secretsOf(row);
}

export async function writeInstance(
  database: Database,
  { definition, secrets }: KeptInstance,
): Promise<void> {
  const { capability, name, tenant, secrets: _, place: __, ...rest } = definition;
  const ref = { capability, instance: name, tenant };
  await database.transaction(async () => {
    await insertNew(database, table, emptyRow(ref));
    await run(database, `update ${table} set definition = ?, secrets = ?, revision = ? where id = ?`, [
      JSON.stringify(rest),
      JSON.stringify(secrets),
      randomUUID(),
      idOf(ref),
    ]);
  });
}

/** @returns was there one? */
export async function deleteInstance(database: Database, ref: InstanceRef): Promise<boolean> {
  if ((await readSecrets(database, ref)) === undefined) return false;
  await run(database, `delete from ${table} where id = ?`, [idOf(ref)]);
  return true;
}

/** @param now milliseconds since 1970 */
export async function writeSwitch(
  database: Database,
  ref: InstanceRef,
  off: string | undefined,
  now: number,
): Promise<void> {
  await database.transaction(async () => {
    await insertNew(database, table, emptyRow(ref));
    const [row] = await run(database, `select definition from ${table} where id = ?`, [idOf(ref)]);
    const definition = row && textOrNone(row, 'definition');
    await run(
      database,
      `update ${table} set switched_off_at = ?, switched_off_why = ?, definition = ?, revision = ? where id = ?`,
      [
        off === undefined ? null : now,
        off ?? null,
        (off === undefined ? enabled(definition) : definition) ?? null,
        randomUUID(),
        idOf(ref),
      ],
    );
  });
}

/**
 * Changes the credentials of all instances.
 * @param change the same object if nothing changes @returns how many texts are others now
 */
export async function changeSecrets(
  database: Database,
  change: (secret: WrittenSecret, name: string, ref: InstanceRef) => WrittenSecret,
): Promise<number> {
  let count = 0;
  for (const row of await run(database, `select * from ${table} where definition is not null`)) {
    const ref = refOf(row);
    const before = Object.entries(secretsOf(row));
    const after = before.map(([name, secret]) => [name, change(secret, name, ref)] as const);
    const changed = after.filter(([, secret], index) => secret !== before[index]?.[1]).length;
    if (changed === 0) continue;
    // Whoever has changed it meanwhile has encrypted it by the newest key.
    await run(database, `update ${table} set secrets = ?, revision = ? where id = ? and revision = ?`, [
      JSON.stringify(Object.fromEntries(after)),
      randomUUID(),
      textOf(row, 'id'),
      textOf(row, 'revision'),
    ]);
    count += changed;
  }
  return count;
}

function refOf(row: Row): InstanceRef {
  return {
    capability: textOf(row, 'capability'),
    instance: textOf(row, 'name'),
    tenant: textOrNone(row, 'tenant'),
  };
}

function emptyRow(ref: InstanceRef): Readonly<Record<string, string | null>> {
  const { capability, instance, tenant = null } = ref;
  return { id: idOf(ref), capability, tenant, name: instance, revision: randomUUID() };
}

function instanceOf(row: Row, ref: InstanceRef, credentials: Credentials): Found | undefined {
  const json = textOrNone(row, 'definition');
  if (json === undefined) return undefined;
  const { capability, instance: name, tenant } = ref;
  const named = { name, ...(tenant === undefined ? {} : { tenant }) };
  try {
    const written = { ...objectIn(json), ...named, secrets: secretsOf(row) };
    const { definition, faults } = checkInstance(written, {
      capability,
      place: 'the database',
      ...credentials,
    });
    return { definition: definition ?? { ...named, capability, driver: '?' }, faults };
  } catch (error) {
    // Somebody has written into the table by hand.
    return {
      definition: { ...named, capability, driver: '?' },
      faults: [`It cannot be read: ${messageOf(error)}.`],
    };
  }
}

function secretsOf(row: Row): Secrets {
  const secrets = new Map<string, WrittenSecret>();
  for (const [name, written] of Object.entries(objectIn(textOrNone(row, 'secrets') ?? '{}'))) {
    if (typeof written === 'string' || isVariable(written)) secrets.set(name, written);
  }
  return Object.fromEntries(secrets);
}

function isVariable(value: unknown): value is { readonly env: string } {
  return typeof value === 'object' && value !== null && 'env' in value && typeof value.env === 'string';
}

/** A definition that does not say `enabled: false` any more. */
function enabled(json: string | undefined): string | undefined {
  if (json === undefined) return undefined;
  const { enabled: _, ...rest } = objectIn(json);
  return JSON.stringify(rest);
}

function objectIn(json: string): Readonly<Record<string, unknown>> {
  const value: unknown = JSON.parse(json);
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
