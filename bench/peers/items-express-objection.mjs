// Express 5, jsonwebtoken, Ajv, Objection 3 on knex and better-sqlite3.
import { randomUUIDv7 } from 'node:crypto';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import express from 'express';
import jwt from 'jsonwebtoken';
import objection from 'objection';
import { issuer, listSchema, newItemSchema, secret } from '../resources/schema.ts';
import { slugOf } from '../resources/shop/slug.ts';
import { isGrantedIn, teamsWith } from './items.mjs';
import { openKnex } from './items-knex.mjs';
import { host, report } from './serve.mjs';

const { Model, snakeCaseMappers } = objection;

class BaseModel extends Model {
  static columnNameMappers = snakeCaseMappers();
}

class Category extends BaseModel {
  static tableName = 'shop_categories';
}

class Audit extends BaseModel {
  static tableName = 'shop_audits';
}

class Item extends BaseModel {
  static tableName = 'shop_items';

  static relationMappings = {
    category: {
      relation: Model.BelongsToOneRelation,
      modelClass: Category,
      join: { from: 'shop_items.category_id', to: 'shop_categories.id' },
    },
  };

  static modifiers = {
    visibleTo(query, userId) {
      query.whereRaw(isGrantedIn('read', 'shop_items.team_id'), [userId]);
    },
    inTeamsOf(query, userId) {
      query.whereRaw(`team_id in (${teamsWith('read')})`, [userId]);
    },
  };

  $beforeInsert() {
    this.id = randomUUIDv7();
    this.slug = slugOf(this.name);
    this.createdAt = new Date().toISOString();
    this.updatedAt = this.createdAt;
  }

  async $afterInsert({ transaction, user }) {
    const { id: itemId, createdAt: at } = this;
    const audit = { id: randomUUIDv7(), action: 'create', actorId: user.sub, at, itemId };
    await Audit.query(transaction).insert(audit);
  }
}

const knex = await openKnex();
Model.knex(knex);

const ajv = addFormats(new Ajv({ useDefaults: true }));
const isNewItem = ajv.compile(newItemSchema);
const isListQuery = addFormats(new Ajv({ useDefaults: true, coerceTypes: true })).compile(listSchema);
const problem = (status, message) => Object.assign(new Error(message), { status });

const app = express();
app.disable('x-powered-by');
app.use((req, _res, next) => {
  const [, token] = /^Bearer (.+)$/.exec(req.headers.authorization ?? '') ?? [];
  try {
    req.user = jwt.verify(token, secret, { algorithms: ['HS256'], issuer, audience: issuer });
  } catch {
    throw problem(401, 'A valid token is needed.');
  }
  next();
});

app.get('/items/:id', async (req, res) => {
  const item = await Item.query().findById(req.params.id).modify('visibleTo', req.user.sub);
  if (item === undefined) throw problem(404, 'There is no such item.');
  res.json(item);
});

app.get('/items', async (req, res) => {
  const query = { ...req.query };
  if (!isListQuery(query)) throw problem(400, 'The query is not valid.');
  const data = await Item.query()
    .where('state', query.state)
    .where('price', '<', query.priceBelow)
    .modify('inTeamsOf', req.user.sub)
    .withGraphFetched(query.include === 'category' ? 'category' : '')
    .orderBy(['price', 'id'].map((column) => ({ column, order: 'desc' })))
    .limit(query.limit);
  res.json({ data });
});

app.post('/items', express.json(), async (req, res) => {
  const { body, user } = req;
  if (!isNewItem(body)) throw problem(422, ajv.errorsText(isNewItem.errors));
  const item = await knex.transaction(async (transaction) => {
    const isGranted = `select ${isGrantedIn('create')} as granted`;
    const [{ granted }] = await transaction.raw(isGranted, [user.sub, body.teamId]);
    if (granted === 0) throw problem(403, 'Not in this team.');
    return Item.query(transaction).context({ user }).insert(body);
  });
  res.status(201).json(item);
});

app.use((error, _req, res, _next) => {
  const isMissing = error.nativeError?.code === 'SQLITE_CONSTRAINT_FOREIGNKEY';
  const status = isMissing ? 422 : (error.status ?? 500);
  res.status(status).json({ message: error.message });
});

const server = app.listen(0, host, () => report(server));
