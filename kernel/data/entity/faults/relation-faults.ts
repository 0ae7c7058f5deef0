import { didYouMean, unknownKeys } from '../../../errors.ts';
import type { BelongsTo, HasMany, HasOne, ManyToMany, OnDelete, Relation } from '../relation.ts';
import { fieldFaults } from './field-faults.ts';
import { isObject, shown } from './shown.ts';

type Options<R> = Readonly<
  Record<Exclude<keyof R, 'kind' | 'target'>, (value: unknown) => string | undefined>
>;

const isText = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? undefined : 'which must be a name';

const isFlag = (value: unknown): string | undefined =>
  typeof value === 'boolean' ? undefined : 'which must be true or false';

const actions: readonly OnDelete[] = ['restrict', 'cascade', 'set null'];

const isAction = (value: unknown): string | undefined =>
  actions.some((one) => one === value)
    ? undefined
    : `which is none of ${actions.map((one) => `"${one}"`).join(', ')}.${didYouMean(String(value), actions)}`;

const isFields = (value: unknown): string | undefined =>
  isObject(value) ? undefined : 'which must be fields by name';

const toMany: Options<HasMany> = { key: isText, onDelete: isAction };
const kinds: {
  readonly belongsTo: Options<BelongsTo>;
  readonly hasMany: Options<HasMany>;
  readonly hasOne: Options<HasOne>;
  readonly manyToMany: Options<ManyToMany>;
} = {
  belongsTo: { optional: isFlag, key: isText, onDelete: isAction, write: isFlag },
  hasMany: toMany,
  hasOne: toMany,
  manyToMany: { pivot: isFields, table: isText, inverse: isText },
};

/** Tells what is wrong with relations. @returns those that are some */
export function relationFaults(
  relations: Readonly<Record<string, unknown>>,
  fault: (reason: string) => void,
): Readonly<Record<string, Relation>> {
  const sound: Record<string, Relation> = {};
  for (const [name, relation] of Object.entries(relations)) {
    if (!isRelation(relation)) {
      fault(`Its relation "${name}" ${noRelation(name, relation)}`);
      continue;
    }
    sound[name] = relation;
    for (const reason of optionFaults(relation)) fault(`Its relation "${name}" ${reason}`);
    if (relation.kind !== 'manyToMany' || !isObject(relation.pivot)) continue;
    sound[name] = {
      ...relation,
      pivot: fieldFaults(relation.pivot, fault, `The field of its relation "${name}"`),
    };
  }
  return sound;
}

function isRelation(value: unknown): value is Relation {
  return (
    isObject(value) &&
    typeof value.kind === 'string' &&
    Object.hasOwn(kinds, value.kind) &&
    typeof value.target === 'string'
  );
}

function noRelation(name: string, value: unknown): string {
  if (typeof value === 'string') {
    return `is ${shown(value)}. Say how they are related: ${name}: belongsTo('${value}'), or hasMany, hasOne, manyToMany.`;
  }
  if (!isObject(value) || typeof value.kind !== 'string') {
    return `is ${shown(value)}, which is no relation. Write belongsTo('blog.post'), or hasMany, hasOne, manyToMany.`;
  }
  const { target } = value;
  const meant = isObject(target) && typeof target.name === 'string' ? target.name : 'blog.post';
  return `leads to no name of an entity. Write ${value.kind}('${meant}').`;
}

function optionFaults(relation: Relation): readonly string[] {
  const { kind, target: _target, ...options } = relation;
  const checks: Readonly<Record<string, (value: unknown) => string | undefined>> = kinds[kind];
  const unknown = unknownKeys(options, Object.keys(checks)).map(
    (reason) => `has an option that is none: ${reason}`,
  );
  const wrong = Object.entries(options).flatMap(([option, value]) => {
    const reason = value === undefined ? undefined : checks[option]?.(value);
    return reason === undefined ? [] : [`says "${option}": ${shown(value)}, ${sentence(reason)}`];
  });
  return [...unknown, ...wrong];
}

function sentence(text: string): string {
  return /[.?]$/.test(text) ? text : `${text}.`;
}
