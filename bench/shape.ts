// What every server of the HTTP benchmark serves: 500 routes, five in each of a hundred extensions. One place, so that
// no server can differ from another by accident.

const resources = ['notes', 'orders', 'people', 'places', 'things'];

export const extensions = Array.from({ length: 100 }, (_, index) => ({
  name: `shop-${String(index).padStart(3, '0')}`,
  resources,
}));

/** Paths of the routes as Express, Fastify and Backplane write them. */
export const routes = extensions.flatMap(({ name }) =>
  resources.map((resource) => `/${name}/${resource}/:id`),
);

/** What the handler of every route returns. */
export function thing(id: string) {
  return { id, name: `The one called ${id}`, price: 12.5, available: true, tags: ['new', 'blue'] };
}

/** Schema of the path parameters, for servers that check them. */
export const paramsSchema = {
  type: 'object',
  required: ['id'],
  properties: { id: { type: 'string', minLength: 1, maxLength: 64 } },
};

/** Schema of {@link thing}, for servers that write by schema. */
export const responseSchema = {
  type: 'object',
  required: ['id', 'name', 'price', 'available', 'tags'],
  properties: {
    id: { type: 'string' },
    name: { type: 'string' },
    price: { type: 'number' },
    available: { type: 'boolean' },
    tags: { type: 'array', items: { type: 'string' } },
  },
};
