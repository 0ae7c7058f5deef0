import { type ExtensionFolder, extensionFolder } from 'backplane/testing';

/** An extension with routes of every kind. */
export function app(): ExtensionFolder {
  return extensionFolder({
    'manifest.json': { name: 'shop', version: '1.0.0' },
    'routes/orders.ts': `
      import express from 'express';
      import { route, Type } from 'backplane';
      const Address = Type.Object(
        { street: Type.String(), zip: Type.String({ pattern: '^\\\\d{5}$' }), country: Type.Enum(['de', 'fr']) },
        { $id: 'Address', description: 'Where it is sent.' },
      );
      const Item = Type.Object({ sku: Type.String({ pattern: '^[A-Z]{3}-[0-9]{4}$' }), amount: Type.Integer({ minimum: 1, maximum: 99 }) });
      const Order = Type.Object({
        id: Type.String({ format: 'uuid' }), placedAt: Type.String({ format: 'date-time' }), address: Address,
        items: Type.Array(Item, { minItems: 1 }), note: Type.Union([Type.String(), Type.Null()]),
        labels: Type.Record(Type.String(), Type.String()), place: Type.Tuple([Type.Number(), Type.Number()]),
      });
      const NewOrder = Type.Object({ address: Address, items: Type.Array(Item), note: Type.Optional(Type.String()) });
      const Tree = Type.Cyclic({ Node: Type.Object({ name: Type.String(), children: Type.Array(Type.Ref('Node')) }) }, 'Node');
      const answer = () => ({});
      export default [
        route.get('/orders', {
          summary: 'List orders', auth: 'optional',
          query: Type.Object({ state: Type.Optional(Type.Enum(['open', 'sent'])), limit: Type.Integer({ default: 20, minimum: 1, maximum: 100, description: 'How many' }), tag: Type.Optional(Type.Array(Type.String())) }),
          headers: Type.Object({ 'x-tenant': Type.String({ minLength: 3 }), authorization: Type.Optional(Type.String()) }),
          response: { 200: Type.Array(Order) },
        }, answer),
        route.post('/orders', {
          operationId: 'placeOrder', description: 'Places it.', auth: 'required', tags: ['orders', 'sales'], body: NewOrder,
          response: { 201: Order, 204: Type.Null(), 409: Type.Object({ sku: Type.String() }, { description: 'Sold out.' }) },
        }, answer),
        route.get('/orders/:id', { params: Type.Object({ id: Type.String({ format: 'uuid', description: 'Which' }) }), response: { 200: Order } }, answer),
        route.delete('/orders/:order', { deprecated: true, auth: 'root' }, answer),
        route.get('/orders/:id/items/:item?', {}, answer),
        route.get('/files/*', {}, answer),
        route.get('/days/:day(^\\\\d{4}-\\\\d{2}$)/:from-:to', {}, answer),
        route.get('/odd::name', {}, answer),
        route.get('/trees', { response: { 200: Tree } }, answer),
        express.Router(),
      ];`,
  });
}
