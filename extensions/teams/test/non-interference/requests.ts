import fc from 'fast-check';

/** What is asked of one entity, in the parts that the oracle understands. */
export interface Asked {
  readonly entity: 'items.item' | 'items.note';
  /** On its own fields. */
  readonly filter: Readonly<Record<string, unknown>>;
  /** On rows at the other end of its relation. */
  readonly related: {
    readonly quantifier: string;
    readonly filter: Readonly<Record<string, unknown>>;
  } | null;
  readonly sort: readonly string[];
  readonly fields: readonly string[] | null;
  readonly include: boolean;
  readonly size: number;
}

const conditions: Readonly<Record<Asked['entity'], readonly Readonly<Record<string, unknown>>[]>> = {
  'items.item': [
    {},
    { price: { gt: 0 } },
    { price: { in: [1, 2] } },
    { title: { startsWith: 'a' } },
    { title: { ne: 'b' } },
    { keeperId: { isNull: true } },
    { state: { eq: 'shown' } },
  ],
  'items.note': [{}, { stars: { gte: 1 } }, { stars: { ne: 2 } }, { text: { eq: 'a' } }],
};
const sorts: Readonly<Record<Asked['entity'], readonly string[]>> = {
  'items.item': ['title', 'price', 'state'],
  'items.note': ['text', 'stars'],
};
const selections: Readonly<Record<Asked['entity'], readonly string[]>> = {
  'items.item': ['title', 'price', 'state', 'keeperId'],
  'items.note': ['text', 'stars', 'itemId'],
};

export const otherEnd = (entity: Asked['entity']): Asked['entity'] =>
  entity === 'items.item' ? 'items.note' : 'items.item';

export const anyAsked: fc.Arbitrary<Asked> = fc
  .constantFrom('items.item' as const, 'items.note' as const)
  .chain((entity) =>
    fc.record({
      entity: fc.constant(entity),
      filter: fc.constantFrom(...conditions[entity]),
      related: fc.option(
        fc.record({
          quantifier: entity === 'items.item' ? fc.constantFrom('some', 'none', 'every') : fc.constant('one'),
          filter: fc.constantFrom(...conditions[otherEnd(entity)]),
        }),
        { freq: 2 },
      ),
      sort: fc
        .uniqueArray(fc.constantFrom(...sorts[entity]), { maxLength: 2 })
        .chain((names) =>
          fc.tuple(...names.map((name) => fc.boolean().map((down) => (down ? `-${name}` : name)))),
        ),
      fields: fc.option(fc.subarray([...selections[entity]], { minLength: 1 }), { freq: 2 }),
      include: fc.boolean(),
      size: fc.constantFrom(3, 5, 100),
    }),
  );

/** The relation of an entity to the other. */
export const relationOf = (entity: Asked['entity']): string => (entity === 'items.item' ? 'notes' : 'item');

/** As managers take it. */
export function requestOf({ entity, filter, related, sort, fields, include, size }: Asked) {
  const relation = relationOf(entity);
  const condition =
    related && (entity === 'items.item' ? { [related.quantifier]: related.filter } : related.filter);
  return {
    filter: { ...filter, ...(condition ? { [relation]: condition } : {}) },
    sort: [...sort],
    ...(fields ? { fields: [...fields] } : {}),
    ...(include ? { include: { [relation]: {} } } : {}),
    page: { size },
  } as object;
}
