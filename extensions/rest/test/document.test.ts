import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { expect } from 'chai';
import { open } from './app.ts';
import { type Document, documentOf, operationsOf } from './openapi-document.ts';

/** Every example in the document, with the schema that it stands beside. */
function examplesIn(
  document: Document,
): readonly (readonly [where: string, schema: object, example: unknown])[] {
  return operationsOf(document).flatMap(({ name, operation }) => [
    ...(operation.parameters ?? []).map(
      ({ name: of, schema, example }) => [`${name} ${of}`, schema, example] as const,
    ),
    ...Object.values(operation.requestBody?.content ?? {}).map(
      ({ schema, example }) => [`${name} body`, schema, example] as const,
    ),
    ...Object.entries(operation.responses).flatMap(([status, { content = {} }]) =>
      Object.values(content).map(({ schema, example }) => [`${name} ${status}`, schema, example] as const),
    ),
  ]);
}

describe('The document of entities', () => {
  it('is a valid OpenAPI 3.1 document', async () => {
    await using kernel = await open({}, ['openapi']);
    const document = await documentOf(kernel);
    const { errors } = await new Validator().validate({ ...document });
    expect(errors ?? []).to.deep.equal([]);
  });

  it('has each route of an entity, with a summary, a tag and an id of its own', async () => {
    await using kernel = await open({}, ['openapi']);
    const operations = operationsOf(await documentOf(kernel)).filter(({ path }) => path.startsWith('/news/'));
    const names = operations.map(({ name }) => name).filter((name) => name.includes('/news/articles'));
    expect(names).to.have.members([
      'GET /news/articles',
      'POST /news/articles',
      'PATCH /news/articles',
      'DELETE /news/articles',
      'POST /news/articles/search',
      'GET /news/articles/aggregate',
      'GET /news/articles/{id}',
      'PATCH /news/articles/{id}',
      'DELETE /news/articles/{id}',
      'POST /news/articles/{id}/restore',
      'GET /news/articles/{id}/comments',
      'GET /news/articles/{id}/tags',
      'POST /news/articles/{id}/publish',
      'POST /news/articles/{id}/touch',
      'POST /news/articles/count-all',
    ]);
    expect(new Set(operations.map(({ operation }) => operation.operationId)).size).to.equal(
      operations.length,
    );
    for (const { name, operation } of operations) {
      expect(operation.summary, name).to.be.a('string');
      expect(operation.tags, name).to.have.length(1);
      expect(operation.responses, name).to.include.any.keys('401', '403');
    }
    expect(operations.find(({ name }) => name === 'GET /news/articles/{id}')?.operation.operationId).to.equal(
      'getPressArticle',
    );
  });

  it('names nothing that callers may neither read nor set', async () => {
    await using kernel = await open({}, ['openapi']);
    const document = JSON.stringify(await documentOf(kernel));
    expect(document).to.include('"stamp"').and.not.include('press.internal').and.not.include('/rest/');
    expect(document).to.not.include('password":{"type":"string","maxLength":50,"read"');
    const { components } = await documentOf(kernel);
    expect(components.schemas['press.article']?.properties).to.not.have.any.keys('secret', 'drafts');
    expect(components.schemas['press.article.create']?.properties).to.not.have.any.keys('stamp', 'id');
  });

  it('has examples of the factory, which its schemas allow, and the same each time', async () => {
    await using kernel = await open({}, ['openapi']);
    const document = await documentOf(kernel);
    const ajv = new Ajv2020({ strict: false, allErrors: true });
    addFormats.default(ajv);
    ajv.addSchema(JSON.parse(JSON.stringify(document).replaceAll('#/components', 'doc#/components')), 'doc');
    let count = 0;
    for (const [where, schema, example] of examplesIn(document)) {
      if (example === undefined) continue;
      count += 1;
      const local = JSON.parse(JSON.stringify(schema).replaceAll('"#/components', '"doc#/components'));
      const validate = ajv.compile(local);
      expect(validate(example), `${where}: ${JSON.stringify([example, validate.errors])}`).to.equal(true);
    }
    expect(count).to.be.greaterThan(80);
    const create = operationsOf(document).find(({ name }) => name === 'POST /news/articles');
    const example = create?.operation.requestBody?.content['application/json']?.example;
    expect(example)
      .to.include({ views: 7 })
      .and.have.property('title')
      .that.matches(/^\w+ \w+ \w+$/);

    await using again = await open({}, ['openapi']);
    expect(JSON.stringify((await documentOf(again)).paths)).to.equal(JSON.stringify(document.paths));
  });

  it('has examples that are taken as they are', async () => {
    await using kernel = await open({}, ['openapi']);
    const document = await documentOf(kernel);
    for (const entity of ['articles', 'authors', 'tags']) {
      const create = operationsOf(document).find(({ name }) => name === `POST /news/${entity}`);
      const body = create?.operation.requestBody?.content['application/json']?.example;
      const { status } = await kernel.inject('POST', `/news/${entity}`, {
        body,
        headers: { 'x-user': 'root' },
      });
      expect(status, entity).to.equal(201);
    }
  });
});
