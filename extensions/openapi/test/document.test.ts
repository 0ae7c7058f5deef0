import { Validator } from '@seriousme/openapi-schema-validator';
import { extensionFolder, testKernel } from 'backplane/testing';
import { expect } from 'chai';
import type { OpenApiDocument, Operation } from '../document/types.ts';
import { app } from './app.ts';

const from = import.meta.url;
const env = { ROOT_API_KEY: 'a-key-for-this-test' };

/** The document of a kernel with the extensions given. */
async function documentOf(
  extensions: readonly { readonly path: string }[],
  more: Record<string, string> = {},
): Promise<OpenApiDocument> {
  await using kernel = await testKernel({
    from,
    extensions: ['..', ...extensions],
    env: { ...env, ...more },
  });
  const response = await kernel.inject('GET', '/openapi.json');
  expect(response.status).to.equal(200);
  expect(response.headers['content-type']).to.equal('application/json; charset=utf-8');
  return response.json();
}

async function operationsOf(extension: { readonly path: string }): Promise<Record<string, Operation>> {
  const { paths } = await documentOf([extension]);
  return Object.fromEntries(
    Object.entries(paths).flatMap(([path, item]) =>
      Object.entries(item).map(([method, operation]) => [`${method} ${path}`, operation]),
    ),
  );
}

describe('GET /openapi.json', () => {
  it('is a valid OpenAPI 3.1 document', async () => {
    using shop = app();
    const document = await documentOf([shop]);
    const { valid, errors } = await new Validator().validate({ ...document });
    expect(errors ?? []).to.deep.equal([]);
    expect(valid).to.equal(true);
    expect(document.openapi).to.match(/^3\.1\./);
  });

  it("is valid too where there are no routes but the kernel's, and no administration", async () => {
    await using kernel = await testKernel({ from, extensions: ['..'], env: { NODE_ENV: 'production' } });
    const { errors } = await new Validator().validate((await kernel.inject('GET', '/openapi.json')).json());
    expect(errors ?? []).to.deep.equal([]);
  });

  it('takes title, version and servers from the settings', async () => {
    const document = await documentOf([], {
      OPENAPI_TITLE: 'Shop',
      OPENAPI_VERSION: '2.1.0',
      OPENAPI_SERVERS: 'https://api.example.org,/',
    });
    expect(document.info).to.deep.equal({ title: 'Shop', version: '2.1.0' });
    expect(document.servers).to.deep.equal([{ url: 'https://api.example.org' }, { url: '/' }]);
  });

  it('writes paths as templates, whatever the route table can read', async () => {
    using shop = app();
    const { paths } = await documentOf([shop]);
    expect(Object.keys(paths).filter((path) => path.startsWith('/shop'))).to.have.members([
      '/shop/orders',
      '/shop/orders/{id}',
      '/shop/orders/{id}/items',
      '/shop/orders/{id}/items/{item}',
      '/shop/files/{wildcard}',
      '/shop/days/{day}/{from}-{to}',
      '/shop/odd:name',
      '/shop/trees',
    ]);
    // One path to OpenAPI, whatever its parameter is called in each route.
    expect(paths['/shop/orders/{id}']).to.have.all.keys('get', 'delete');
    for (const [path, item] of Object.entries(paths)) {
      for (const { parameters = [] } of Object.values(item)) {
        const named = parameters.filter((one) => one.in === 'path').map(({ name }) => `{${name}}`);
        expect(path.match(/\{[^}]+\}/g) ?? []).to.have.members(named);
      }
    }
  });

  it('gives each operation an id of its own, and a tag', async () => {
    using shop = app();
    const operations = await operationsOf(shop);
    const ids = Object.values(operations).map(({ operationId }) => operationId);
    expect(new Set(ids).size).to.equal(ids.length);
    expect(operations['post /shop/orders']).to.deep.include({
      operationId: 'placeOrder',
      tags: ['orders', 'sales'],
    });
    expect(operations['get /shop/orders/{id}']).to.deep.include({
      operationId: 'getShopOrdersById',
      tags: ['shop'],
    });
    expect(operations['get /health/live']?.tags).to.deep.equal(['kernel']);
    expect(operations['get /kernel/extensions']?.tags).to.deep.equal(['kernel']);
    expect(operations['delete /shop/orders/{id}']?.deprecated).to.equal(true);
  });

  it('keeps ids unique where routes ask for the same one', async () => {
    using twice = extensionFolder({
      'routes/a.ts': `
        import { route } from 'backplane';
        export default [
          route.get('/a', { operationId: 'same' }, () => 1),
          route.get('/b', { operationId: 'same' }, () => 1),
          route.get('/c-d', {}, () => 1),
          route.get('/c/d', {}, () => 1),
        ];`,
    });
    const ids = Object.values(await operationsOf(twice)).map(({ operationId }) => operationId);
    expect(ids).to.include.members(['same', 'same_2', 'getInlineCD', 'getInlineCD_2']);
  });

  it('lists parameters of path, query and headers with their schemas', async () => {
    using shop = app();
    const operations = await operationsOf(shop);
    const list = operations['get /shop/orders']?.parameters ?? [];
    expect(list.map(({ name, in: place, required }) => `${place} ${name} ${required}`)).to.deep.equal([
      'query state false',
      'query limit false',
      'query tag false',
      'header x-tenant true',
    ]);
    expect(list[1]).to.deep.include({ description: 'How many', example: 20 });
    expect(operations['get /shop/orders/{id}']?.parameters?.[0]).to.deep.include({
      name: 'id',
      in: 'path',
      required: true,
      description: 'Which',
      schema: { type: 'string', format: 'uuid', description: 'Which' },
    });
    const day = operations['get /shop/days/{day}/{from}-{to}']?.parameters?.[0];
    expect(day?.schema).to.deep.equal({ type: 'string', pattern: '^\\d{4}-\\d{2}$' });
    expect(day?.example).to.match(/^\d{4}-\d{2}$/);
  });

  it('describes answers, and every error as a problem', async () => {
    using shop = app();
    const operations = await operationsOf(shop);
    const { responses = {}, requestBody } = operations['post /shop/orders'] ?? {};
    expect(Object.keys(responses)).to.have.members(['201', '204', '400', '401', '409', 'default']);
    expect(responses[204]).to.deep.equal({ description: 'No Content' });
    expect(responses[409]).to.deep.include({ description: 'Sold out.' });
    expect(responses.default).to.deep.equal({ $ref: '#/components/responses/Problem' });
    expect(requestBody?.required).to.equal(true);
    expect(Object.keys(operations['get /shop/files/{wildcard}']?.responses ?? {})).to.have.members([
      '200',
      'default',
    ]);
  });

  it('says what routes whose handlers check for themselves say of it', async () => {
    using own = extensionFolder({
      'manifest.json': { name: 'own', version: '1.0.0' },
      'routes/a.ts': `
        import { route, Type } from 'backplane';
        export default route.post('/a', {
          auth: 'optional',
          document: () => ({
            query: Type.Object({ view: Type.Optional(Type.String()) }),
            body: Type.Object({ name: Type.String() }), bodyTypes: ['application/json', 'application/merge-patch+json'],
            response: { 201: Type.Object({ id: Type.String() }) }, responseHeaders: { 201: { ETag: 'The version.' } },
            problems: { 412: 'It has changed.' },
          }),
        }, ({ body }) => ({ got: body }));`,
    });
    const { parameters, requestBody, responses } = (await operationsOf(own))['post /own/a'] ?? {};
    expect(parameters?.map(({ name }) => name)).to.deep.equal(['view']);
    expect(requestBody?.content).to.have.all.keys('application/json', 'application/merge-patch+json');
    expect(responses).to.have.all.keys('201', '400', '412', 'default');
    expect(responses?.[201]).to.have.nested.property('headers.ETag.description', 'The version.');
    expect(responses?.[412]).to.deep.equal({
      $ref: '#/components/responses/Problem',
      description: 'It has changed.',
    });

    // Nothing of it is checked, or written by.
    await using kernel = await testKernel({ from, extensions: [own] });
    const answer = await kernel.inject('POST', '/own/a', { body: { name: 7 } });
    expect([answer.status, answer.json()]).to.deep.equal([200, { got: { name: 7 } }]);
  });

  it('tells which credentials an operation takes, from the strategies', async () => {
    using shop = app();
    using tokens = extensionFolder({
      'manifest.json': { name: 'tokens', version: '1.0.0' },
      'strategies/all.ts': `
        export default [
          { name: 'jwt', challenge: 'Bearer realm="api"', authenticate: () => undefined },
          { name: 'session', challenge: 'Cookie name="sid"', authenticate: () => undefined },
          { name: 'login', challenge: 'Basic realm="api"', authenticate: () => undefined },
        ];`,
    });
    const { components, paths } = await documentOf([shop, tokens]);
    expect(components.securitySchemes).to.deep.equal({
      root: { type: 'apiKey', in: 'header', name: 'x-api-key' },
      jwt: { type: 'http', scheme: 'bearer' },
      session: { type: 'apiKey', in: 'cookie', name: 'sid' },
      login: { type: 'http', scheme: 'basic' },
    });
    const all = [{ root: [] }, { jwt: [] }, { session: [] }, { login: [] }];
    expect(paths['/shop/orders']?.post?.security).to.deep.equal(all);
    expect(paths['/shop/orders']?.get?.security).to.deep.equal([{}, ...all]);
    expect(paths['/shop/orders/{id}']?.delete?.security).to.deep.equal([{ root: [] }]);
    expect(paths['/shop/orders/{id}']?.get).not.to.have.property('security');
  });

  it('shares schemas that have an id, and follows those that hold themselves', async () => {
    using shop = app();
    const { components, paths } = await documentOf([shop]);
    expect(components.schemas).to.include.all.keys('Address', 'Node', 'Problem');
    expect(components.schemas.Node).to.deep.include({ type: 'object' });
    const text = JSON.stringify({ components, paths });
    expect(text)
      .to.include('"#/components/schemas/Address"')
      .and.not.include('"$id"')
      .and.not.include('"$defs"');
    for (const [, target = ''] of text.matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)) {
      expect(components.schemas).to.have.property(target);
    }
  });

  it('lets other extensions say what routes do not tell', async () => {
    using other = extensionFolder({
      'manifest.json': { name: 'other', version: '1.0.0', dependencies: { openapi: '^1.0.0' } },
      'index.ts': `
        import { defineExtension } from 'backplane';
        import { openapi } from 'ext:openapi';
        export default defineExtension({
          register({ contribute }) { contribute(openapi, { tags: [{ name: 'other', description: 'All the rest.' }] }); },
        });`,
      'routes/a.ts': `import { route } from 'backplane'; export default route.get('/a', {}, () => 1);`,
    });
    const { tags } = await documentOf([other]);
    expect(tags).to.deep.include({ name: 'other', description: 'All the rest.' });
  });
});
