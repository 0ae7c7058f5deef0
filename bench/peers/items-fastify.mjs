// Fastify 5, @fastify/jwt with its cache on, and SQL that is written by hand and prepared once.
import { randomUUIDv7 } from 'node:crypto';
import jwt from '@fastify/jwt';
import Database from 'better-sqlite3';
import Fastify from 'fastify';
import { issuer, itemSchema, listSchema, newItemSchema, secret } from '../resources/schema.ts';
import { slugOf } from '../resources/shop/slug.ts';
import { file, isGrantedIn, pragmas, selected, teamsWith } from './items.mjs';
import { host, report } from './serve.mjs';

const db = new Database(file);
for (const pragma of pragmas) db.pragma(pragma);

const byId = db.prepare(
  `select ${selected} from shop_items where id = ? and ${isGrantedIn('read', 'shop_items.team_id')}`,
);
const list = db.prepare(`
  select ${selected}, shop_categories.id as c_id, shop_categories.name as c_name
  from shop_items join shop_categories on shop_categories.id = shop_items.category_id
  where state = ? and price < ? and team_id in (${teamsWith('read')})
  order by price desc, shop_items.id desc limit ?`);
const mayCreate = db.prepare(`select ${isGrantedIn('create')} as granted`).pluck();
const insertItem = db.prepare(`
  insert into shop_items
    (id, name, slug, description, state, price, created_at, updated_at, team_id, category_id)
  values (@id, @name, @slug, @description, @state, @price, @createdAt, @updatedAt, @teamId, @categoryId)`);
const insertAudit = db.prepare(
  'insert into shop_audits (id, action, actor_id, at, item_id) values (?, ?, ?, ?, ?)',
);

const create = db.transaction((item, userId) => {
  if (mayCreate.get(userId, item.teamId) === 0) throw problem(403, 'Not in this team.');
  insertItem.run(item);
  insertAudit.run(randomUUIDv7(), 'create', userId, item.createdAt, item.id);
});

const problem = (statusCode, message) => Object.assign(new Error(message), { statusCode });

const app = Fastify({ ajv: { customOptions: { removeAdditional: false } } });
app.register(jwt, { secret, verify: { allowedIss: issuer, allowedAud: issuer, cache: true } });
app.addHook('onRequest', (request) => request.jwtVerify());

app.get('/items/:id', { schema: { response: { 200: itemSchema } } }, (request, reply) => {
  const item = byId.get(request.params.id, request.user.sub);
  if (item === undefined) throw problem(404, 'There is no such item.');
  reply.send(item);
});

const pageSchema = { type: 'object', properties: { data: { type: 'array', items: itemSchema } } };
app.get(
  '/items',
  { schema: { querystring: listSchema, response: { 200: pageSchema } } },
  (request, reply) => {
    const { state, priceBelow, limit } = request.query;
    const rows = list.all(state, priceBelow, request.user.sub, limit);
    for (const row of rows) row.category = { id: row.c_id, name: row.c_name };
    reply.send({ data: rows });
  },
);

app.post('/items', { schema: { body: newItemSchema, response: { 201: itemSchema } } }, (request, reply) => {
  const now = new Date().toISOString();
  const item = { id: randomUUIDv7(), ...request.body, createdAt: now, updatedAt: now };
  item.slug = slugOf(item.name);
  try {
    create.immediate(item, request.user.sub);
  } catch (error) {
    throw error.code === 'SQLITE_CONSTRAINT_FOREIGNKEY' ? problem(422, 'There is no such category.') : error;
  }
  reply.code(201).send(item);
});

await app.listen({ port: 0, host });
report(app.server);
