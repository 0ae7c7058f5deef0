import { defineEntity, type Entity, signedIn, Type } from 'backplane';

/** Of items; the same for all teams. */
export const Category = defineEntity('shop.category', {
  fields: { name: Type.String({ maxLength: 100 }) },
  access: { read: signedIn() },
});
export type Category = Entity<typeof Category>;

declare module 'backplane' {
  interface Entities {
    'shop.category': typeof Category;
  }
}
