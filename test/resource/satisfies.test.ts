import { defineExternalEntity, Type } from 'backplane';
import { expect } from 'chai';
import type { Filter } from '../../kernel/data/entity/filter.ts';
import { compileCatalog } from '../../kernel/resource/external/catalog.ts';
import { satisfies } from '../../kernel/resource/external/satisfies.ts';

const Thing = defineExternalEntity('crm.thing', {
  capability: 'crm',
  operations: { get: 'getThing' },
  fields: {
    ref: Type.String({ format: 'uuid' }),
    made: Type.Timestamp(),
    day: Type.String({ format: 'date' }),
    share: Type.Number(),
    open: Type.Boolean(),
    name: Type.Optional(Type.String()),
    more: Type.Optional(Type.Object({})),
  },
});

const schema = compileCatalog([{ value: Thing, owner: 'crm' }]).everything.get('crm.thing');

const row = {
  id: 't-1',
  ref: '0190A000-0000-7000-8000-00000000000A',
  made: '2026-01-31T12:00:00.000Z',
  day: '2026-01-31',
  share: 0.5,
  open: true,
  name: null,
  more: { a: 1 },
};

/** What is true and what is false; everything that is neither lets nobody in, however it is turned. */
const told: readonly (readonly [filter: Filter, holds: boolean])[] = [
  [{ ref: { eq: '0190a000-0000-7000-8000-00000000000a' } }, true],
  [{ ref: { ne: '0190a000-0000-7000-8000-00000000000a' } }, false],
  [{ made: { eq: '2026-01-31T13:00:00+01:00' } }, true],
  [{ made: { gt: '2026-01-31T13:00:00+01:00' } }, false],
  [{ made: { lte: '2026-01-31T12:00:00Z', gt: '2026-01-31T11:59:59Z' } }, true],
  [{ day: { lt: '2026-02-01' } }, true],
  [{ share: { gte: 0.5 } }, true],
  [{ share: { in: [1, 0.25] } }, false],
  [{ open: { eq: true } }, true],
  [{ open: { nin: [true] } }, false],
  [{ name: { eq: null } }, true],
  [{ name: { ne: 'Ann' } }, true],
  [{ name: { startsWith: 'A' } }, false],
  [{ name: { in: ['Ann', null] } }, true],
  [{ name: { lt: 'Z' } }, false],
  [{ id: { eq: 'T-1' } }, false],
  [{ more: { isNull: false } }, true],
  [{}, true],
  [{ and: [] }, true],
  [{ or: [] }, false],
];

const untold: readonly object[] = [
  { more: { eq: { a: 1 } } },
  { share: { eq: '0.5' } },
  { share: { gte: '0' } },
  { made: { gt: 'yesterday' } },
  { open: { gt: false } },
  { name: { startsWith: 1 } },
  { name: { in: 'Ann' } },
  { name: { like: '%' } },
  { owner: { eq: 'Ann' } },
  { owner: { name: { eq: 'Ann' } } },
  { name: 'Ann' },
  { and: { name: { eq: null } } },
];

describe('a rule over a row that a provider gave', () => {
  for (const [filter, holds] of told) {
    it(`finds ${JSON.stringify(filter)} ${holds ? 'true' : 'false'}, and its opposite the other`, () => {
      expect(satisfies(schema, filter, row)).to.equal(holds);
      expect(satisfies(schema, { not: filter }, row)).to.equal(!holds);
    });
  }

  for (const filter of untold) {
    it(`lets nobody in by ${JSON.stringify(filter)}, nor by its opposite`, () => {
      expect(satisfies(schema, filter as never, row)).to.equal(false);
      expect(satisfies(schema, { not: filter } as never, row)).to.equal(false);
      // Unless something else decides.
      expect(satisfies(schema, { or: [filter, { open: { eq: true } }] } as never, row)).to.equal(true);
    });
  }

  it('lets nobody in by a value that is not known yet', () => {
    expect(satisfies(schema, { share: { lt: 1 } }, {})).to.equal(false);
    expect(satisfies(schema, { not: { share: { lt: 1 } } }, {})).to.equal(false);
  });
});
