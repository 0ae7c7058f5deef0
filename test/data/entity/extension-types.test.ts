import {
  belongsTo,
  type Create,
  compileEntities,
  Database,
  DataContext,
  defineEntity,
  type Entity,
  extendEntity,
  type Loaded,
  Type,
  tablesOf,
  type Update,
} from 'backplane/data';
import { expect } from 'chai';
import { createTable } from '../../../kernel/data/table/build.ts';

const Product = defineEntity('typed-shop.product', {
  fields: { name: Type.String() },
  timestamps: true,
});
const Shelf = defineEntity('typed-stock.shelf', { fields: { place: Type.String() } });
const StockOfProduct = extendEntity('typed-shop.product', {
  fields: { onHand: Type.Integer({ default: 0 }), note: Type.Optional(Type.String()) },
  relations: { shelf: belongsTo('typed-stock.shelf', { optional: true }) },
});
const RatingOfProduct = extendEntity('typed-shop.product', { fields: { stars: Type.Integer() } });

declare module 'backplane' {
  interface Entities {
    'typed-shop.product': typeof Product;
    'typed-stock.shelf': typeof Shelf;
  }
  interface EntityExtensions {
    'typed-stock/typed-shop.product': typeof StockOfProduct;
    'typed-rating/typed-shop.product': typeof RatingOfProduct;
  }
}

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function same<A, B>(_holds: Same<A, B>): void {}

// What is of types alone is checked by the compiler (`npm run check`).
describe('Types of an entity that others extend', () => {
  it('have the fields, keys and relations that are added', () => {
    same<
      Entity<typeof Product>,
      {
        readonly id: string;
        name: string;
        onHand: number;
        note: string | null;
        stars: number;
        shelfId: string | null;
        readonly createdAt: string;
        readonly updatedAt: string;
      }
    >(true);
    same<Loaded<typeof Product, 'shelf'>['shelf'], Entity<typeof Shelf> | null>(true);
    same<Update<typeof Product>['onHand'], number | undefined>(true);
    const made: Create<typeof Product> = { name: 'Desk', stars: 3 };
    // @ts-expect-error what another extension adds and requires is required
    const lacking: Create<typeof Product> = { name: 'Desk' };
    // @ts-expect-error nobody adds that
    const strange: Create<typeof Product> = { name: 'Desk', stars: 3, onHnad: 1 };
    void [made, lacking, strange];
  });

  it('hold for repositories and queries by name', async () => {
    await using database = new Database({ url: 'sqlite::memory:' });
    const catalog = compileEntities([
      { value: Product, owner: 'typed-shop' },
      { value: Shelf, owner: 'typed-stock' },
      { value: StockOfProduct, owner: 'typed-stock' },
      { value: RatingOfProduct, owner: 'typed-rating' },
    ]);
    for (const table of tablesOf(catalog)) {
      for (const sql of createTable(database.knex, database.dialect, table, true))
        await database.execute(sql);
    }
    const data = new DataContext({ databases: { get: () => database }, catalog });
    const shelf = await data.repository('typed-stock.shelf').create({ place: 'A1' });
    const products = data.repository('typed-shop.product');
    await products.create({ name: 'Desk', stars: 3, shelfId: shelf.id });
    const [found] = await products.query().where('onHand', '<', 1).with('shelf').get();
    expect([found?.onHand, found?.note, found?.shelf?.place]).to.deep.equal([0, null, 'A1']);
    // @ts-expect-error there is no such field
    expect(() => products.query().where('onHnad', 1)).to.throw('Did you mean "onHand"?');
  });
});
