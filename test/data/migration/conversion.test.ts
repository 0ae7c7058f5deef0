import { alterColumn, createTable, defineMigration } from 'backplane/data';
import { expect } from 'chai';
import type { TypeName } from '../../../kernel/data/migration/step/column.ts';
import { onEveryDatabase } from '../support/databases.ts';
import { Application, failureOf } from './support.ts';

const id = '00000000-0000-7000-8000-000000000001';
const kinds: readonly TypeName[] = [
  'string(50)',
  'text',
  'integer',
  'number',
  'boolean',
  'timestamp',
  'date',
  'uuid',
  'json',
  'vector(2)',
];

onEveryDatabase('A column that becomes one of another kind', (open) => {
  async function altered(from: TypeName, to: TypeName, values: readonly unknown[]) {
    const database = await open();
    const column = { name: 'value', nullable: true } as const;
    const application = await Application.create({
      x: {
        '0001_initial': defineMigration({
          steps: [
            createTable({
              name: 'x_as',
              columns: [
                { name: 'id', type: 'uuid' },
                { ...column, type: from },
              ],
            }),
          ],
        }),
      },
    });
    await application.migrator(database).migrate();
    for (const [index, value] of values.entries())
      await database.knex('x_as').insert({ id: id.slice(0, -1) + index, value });
    await application.write(
      'x',
      '0002_alter',
      defineMigration({ steps: [alterColumn('x_as', { ...column, type: to })] }),
    );
    const migrator = application.migrator(database);
    return {
      migrate: () => migrator.migrate({ allowDestructive: true }),
      rollback: () => migrator.rollback({ steps: 1 }),
      values: async () => (await database.knex('x_as').orderBy('id').pluck('value')).map(shown),
    };
  }
  const shown = (value: unknown): string =>
    value instanceof Date
      ? [value.getFullYear(), value.getMonth() + 1, value.getDate()]
          .map((part) => String(part).padStart(2, '0'))
          .join('-')
      : String(Number.isNaN(Number(value)) ? value : Number(value));

  const ways: readonly (readonly [
    from: TypeName,
    to: TypeName,
    fits: readonly unknown[],
    unfit: readonly unknown[],
  ])[] = [
    ['text', 'integer', ['12', '-3', '0'], ['abc', '1.5', '12\n', ' 1', '', '-0', '9'.repeat(19)]],
    ['string(50)', 'uuid', [id], ['abc', id.toUpperCase().replace('7000', '7A00'), `${id} `]],
    [
      'text',
      'date',
      ['2026-01-31', '2024-02-29'],
      ['2026-02-29', '2026-1-31', '31.01.2026', '2026-01-31 ', 'now'],
    ],
    ['text', 'string(50)', ['abc'], ['a'.repeat(51)]],
    ['integer', 'number', [7], []],
    ['integer', 'string(2)', [12], [123, -12]],
    ['integer', 'boolean', [0, 1], [2]],
    ['number', 'integer', [2, -3], [1.5, 1e17]],
    ['uuid', 'text', [id], []],
    ['date', 'string(50)', ['2026-01-31'], []],
  ];
  for (const [from, to, fits, unfit] of ways) {
    it(`keeps what fits, and refuses all the rest: ${from} → ${to}`, async () => {
      const one = await altered(from, to, fits);
      await one.migrate();
      expect(await one.values()).to.deep.equal(fits.map(String));
      await one.rollback();
      expect(await one.values()).to.deep.equal(fits.map(String));
      if (unfit.length === 0) return;
      const other = await altered(from, to, [...fits, ...unfit]);
      const error = await failureOf(other.migrate());
      expect(error.code).to.equal('MIGRATION_ROWS_UNFIT');
      expect(error).to.have.nested.property('details.rows', unfit.length);
    });
  }

  it('is refused without rows, too, where databases would differ', async () => {
    for (const from of kinds) {
      for (const to of ['boolean', 'timestamp', 'json', 'vector(2)', 'uuid'] as const) {
        const isWay = ways.some((way) => way[0].slice(0, 4) === from.slice(0, 4) && way[1] === to);
        if (from === to || isWay || (to === 'uuid' && from === 'text')) continue;
        const { migrate } = await altered(from, to, []);
        expect((await failureOf(migrate())).code, `${from} → ${to}`).to.equal('MIGRATION_STEP_INVALID');
        break;
      }
    }
  });
});
