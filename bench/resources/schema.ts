// What every server of the benchmark agrees on, so that none can differ from another by accident.

/** Signs the tokens, with HS256. */
export const secret = 'a secret that is known to all servers of the benchmark';

/** Issuer and audience of the tokens. */
export const issuer = 'backplane';

/** Schema of the body of `POST /items`, as the entity of the kernel has it. */
export const newItemSchema = {
  type: 'object',
  required: ['name', 'description', 'price', 'teamId', 'categoryId'],
  additionalProperties: false,
  properties: {
    name: { type: 'string', minLength: 1, maxLength: 100 },
    description: { type: 'string', maxLength: 500 },
    state: { type: 'string', enum: ['draft', 'published', 'archived'], default: 'draft' },
    price: { type: 'integer', minimum: 0 },
    teamId: { type: 'string', format: 'uuid' },
    categoryId: { type: 'string', format: 'uuid' },
  },
};

/** Schema of the query of `GET /items`, for servers that have one parameter for each of its parts. */
export const listSchema = {
  type: 'object',
  required: ['state', 'priceBelow'],
  additionalProperties: false,
  properties: {
    state: { type: 'string', enum: ['draft', 'published', 'archived'] },
    priceBelow: { type: 'integer', minimum: 0 },
    include: { type: 'string', enum: ['category'] },
    sort: { type: 'string', enum: ['-price'] },
    limit: { type: 'integer', minimum: 1, maximum: 100, default: 20 },
  },
};

/** Schema of an item, for servers that write by schema. */
export const itemSchema = {
  type: 'object',
  properties: {
    id: { type: 'string' },
    name: { type: 'string' },
    slug: { type: 'string' },
    description: { type: 'string' },
    state: { type: 'string' },
    price: { type: 'integer' },
    createdAt: { type: 'string' },
    updatedAt: { type: 'string' },
    teamId: { type: 'string' },
    categoryId: { type: 'string' },
    category: {
      type: 'object',
      properties: { id: { type: 'string' }, name: { type: 'string' } },
    },
  },
};

/** Columns of items by what they are called in answers. */
export const columns = {
  id: 'id',
  name: 'name',
  slug: 'slug',
  description: 'description',
  state: 'state',
  price: 'price',
  createdAt: 'created_at',
  updatedAt: 'updated_at',
  teamId: 'team_id',
  categoryId: 'category_id',
};

/** Permissions that let somebody read items, make some, as grants write them. */
export const granting = {
  read: ['shop.item:read', 'shop.*:read', 'shop.item:*', '*:read', '*'],
  create: ['shop.item:create', 'shop.*:create', 'shop.item:*', '*:create', '*'],
};
