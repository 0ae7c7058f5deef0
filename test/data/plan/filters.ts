import type { Filter } from 'backplane/data';
import fc from 'fast-check';
import type { Field } from '../../../kernel/data/entity/field.ts';
import { operatorsOf } from '../../../kernel/data/plan/condition-plan.ts';
import { blog } from '../support/blog.ts';
import { id } from './seed.ts';
import { days, hostileTexts, integers, moments, numbers } from './world.ts';

/** Any filter on an entity: nested, over relations, with hostile values. */
export function anyFilter(entity: string, depth = 3): fc.Arbitrary<Filter> {
  const { fields, relations } = blog.get(entity);
  const readable = [...fields.values()].filter((field) => field.readable);
  const conditions = readable.map((field) =>
    anyCondition(field).map((condition): Filter => ({ [field.name]: condition })),
  );
  if (depth === 0) return fc.oneof(...conditions);
  const inner = fc.array(anyFilter(entity, depth - 1), { maxLength: 3 });
  const related = [...relations.values()].map((relation) => {
    const filter = fc.oneof(fc.constant<Filter>({}), anyFilter(relation.target, depth - 1));
    if (relation.kind === 'belongsTo' || relation.kind === 'hasOne')
      return filter.map((one): Filter => ({ [relation.name]: one }));
    return fc
      .tuple(fc.constantFrom('some', 'none', 'every'), filter)
      .map(([quantifier, one]): Filter => ({ [relation.name]: { [quantifier]: one } }));
  });
  return fc.oneof(
    { arbitrary: fc.oneof(...conditions), weight: 4 },
    { arbitrary: fc.oneof(...related), weight: 4 },
    { arbitrary: inner.map((and): Filter => ({ and })), weight: 2 },
    { arbitrary: inner.map((or): Filter => ({ or })), weight: 2 },
    { arbitrary: anyFilter(entity, depth - 1).map((not): Filter => ({ not })), weight: 2 },
    {
      arbitrary: fc.tuple(...conditions.slice(0, 3)).map((all): Filter => Object.assign({}, ...all)),
      weight: 1,
    },
  );
}

function anyCondition(field: Field): fc.Arbitrary<Filter> {
  return fc
    .uniqueArray(fc.constantFrom(...operatorsOf(field)), { minLength: 1, maxLength: 2 })
    .chain((operators) =>
      fc.record(Object.fromEntries(operators.map((name) => [name, anyOperand(field, name)]))),
    )
    .map((condition) => condition as Filter);
}

function anyOperand(field: Field, operator: string): fc.Arbitrary<unknown> {
  const value = anyValue(field);
  const orNull = fc.option(value, { freq: 5 });
  switch (operator) {
    case 'isNull':
      return fc.boolean();
    case 'in':
    case 'nin':
      return fc.array(orNull, { maxLength: 4 });
    case 'eq':
    case 'ne':
      return orNull;
    case 'startsWith':
    case 'contains':
      return fc.oneof(
        anyText,
        anyText.map((text) => [...text].slice(0, 1).join('')),
      );
    default:
      return value;
  }
}

const anyText = fc.oneof(
  { arbitrary: fc.constantFrom(...hostileTexts), weight: 5 },
  {
    arbitrary: fc.string({ unit: 'binary', maxLength: 4 }).map((text) => text.replaceAll('\0', '')),
    weight: 1,
  },
);

function anyValue(field: Field): fc.Arbitrary<unknown> {
  switch (field.type.kind) {
    case 'uuid':
      return fc.integer({ min: 0, max: 70 }).map(id);
    case 'integer':
      return fc.constantFrom(...integers);
    case 'number':
      return fc.constantFrom(...numbers);
    case 'boolean':
      return fc.boolean();
    case 'timestamp':
      return fc.constantFrom(...moments);
    case 'date':
      return fc.constantFrom(...days);
    default:
      return field.name === 'status' ? fc.constantFrom('draft', 'published') : anyText;
  }
}

/** Any order that callers may ask for. */
export function anySort(entity: string): fc.Arbitrary<readonly string[]> {
  const names = [...blog.get(entity).sort].filter((name) => name !== 'id');
  return fc
    .uniqueArray(fc.tuple(fc.constantFrom(...names), fc.boolean()), {
      maxLength: 3,
      selector: ([name]) => name,
    })
    .map((terms) => terms.map(([name, descending]) => (descending ? `-${name}` : name)));
}
