// FeathersJS 5 on Koa, its usual transport, with the JWT strategy that looks up the user, validating hooks and the knex
// adapter on better-sqlite3.
import { randomUUIDv7 } from 'node:crypto';
import { once } from 'node:events';
import { VALIDATED } from '@feathersjs/adapter-commons';
import { AuthenticationService, authenticate, JWTStrategy } from '@feathersjs/authentication';
import { Forbidden } from '@feathersjs/errors';
import { feathers } from '@feathersjs/feathers';
import { KnexService, transaction } from '@feathersjs/knex';
import { bodyParser, errorHandler, koa, parseAuthentication, rest } from '@feathersjs/koa';
import { Ajv, getValidator, hooks, querySyntax } from '@feathersjs/schema';
import addFormats from 'ajv-formats';
import { issuer, itemSchema, newItemSchema, secret } from '../resources/schema.ts';
import { slugOf } from '../resources/shop/slug.ts';
import { isGrantedIn, selected, teamsWith } from './items.mjs';
import { openKnex } from './items-knex.mjs';
import { host, report } from './serve.mjs';

const knex = await openKnex();
const app = koa(feathers());

app.use(errorHandler());
app.use(parseAuthentication());
app.use(bodyParser());
app.configure(rest());

app.set('authentication', {
  entity: 'user',
  service: 'users',
  secret,
  authStrategies: ['jwt'],
  jwtOptions: { issuer, audience: issuer, algorithm: 'HS256' },
});
const authentication = new AuthenticationService(app);
authentication.register('jwt', new JWTStrategy());
app.use('authentication', authentication);
app.use('users', new KnexService({ Model: knex, name: 'auth_users' }), { methods: ['get'] });

/** Items as their reader may see them, with their category where `withCategory` asks for it. */
class ItemService extends KnexService {
  createQuery(params) {
    const query = super.createQuery(params).clearSelect().select(knex.raw(selected));
    const { user, isList, withCategory } = params;
    if (isList) query.whereRaw(`shop_items.team_id in (${teamsWith('read')})`, [user.id]);
    else query.whereRaw(isGrantedIn('read', 'shop_items.team_id'), [user.id]);
    if (withCategory) {
      query
        .join('shop_categories', 'shop_categories.id', 'shop_items.category_id')
        .select('shop_categories.id as c_id', 'shop_categories.name as c_name');
    }
    return query;
  }
}

const formats = (options) => addFormats(new Ajv(options));
const newItem = getValidator({ $id: 'NewItem', ...newItemSchema }, formats({ useDefaults: true }));
const { category: _, ...itemProperties } = itemSchema.properties;
const itemQuery = getValidator(
  {
    $id: 'ItemQuery',
    type: 'object',
    additionalProperties: false,
    properties: { ...querySyntax(itemProperties), include: { type: 'string', enum: ['category'] } },
  },
  formats({ coerceTypes: true }),
);

function readInclude(context) {
  const { include, ...query } = context.params.query;
  // The copy is still the query that was validated.
  Object.defineProperty(query, VALIDATED, { value: true });
  context.params = { ...context.params, query, isList: true, withCategory: include === 'category' };
}

function nestCategories(context) {
  for (const row of context.params.withCategory ? context.result : []) {
    row.category = { id: row.c_id, name: row.c_name };
    delete row.c_id;
    delete row.c_name;
  }
  context.result = { data: context.result };
}

async function assertGranted({ data, params: { user, transaction } }) {
  const isGranted = `select ${isGrantedIn('create')} as granted`;
  const [{ granted }] = await transaction.trx.raw(isGranted, [user.id, data.teamId]);
  if (granted === 0) throw new Forbidden('Not in this team.');
}

function completeItem(context) {
  const { teamId: team_id, categoryId: category_id, ...given } = context.data;
  const now = new Date().toISOString();
  const kept = { id: randomUUIDv7(), slug: slugOf(given.name), created_at: now, updated_at: now };
  context.data = { ...given, ...kept, team_id, category_id };
}

async function writeAudit({ result, params: { user, transaction } }) {
  const audit = { id: randomUUIDv7(), action: 'create', actor_id: user.id, at: result.createdAt };
  await transaction.trx('shop_audits').insert({ ...audit, item_id: result.id });
}

// Pages have no number of rows, as those of the others: counting them would be a statement more.
app.use('items', new ItemService({ Model: knex, name: 'shop_items' }), {
  methods: ['find', 'get', 'create'],
});
app.service('items').hooks({
  around: { all: [authenticate('jwt')] },
  before: {
    find: [hooks.validateQuery(itemQuery), readInclude],
    create: [hooks.validateData(newItem), transaction.start(), assertGranted, completeItem],
  },
  after: { find: [nestCategories], create: [writeAudit, transaction.end()] },
  error: { create: [transaction.rollback()] },
});

const server = await app.listen(0, host);
if (!server.listening) await once(server, 'listening');
report(server);
