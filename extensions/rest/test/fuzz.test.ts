import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { expect } from 'chai';
import fc from 'fast-check';
import { type Answer, type Application, as, open } from './app.ts';
import { arbitraryOf } from './arbitrary.ts';
import {
  type Document,
  documentOf,
  type NamedOperation,
  operationsOf,
  type Schema,
} from './openapi-document.ts';

interface Sent {
  readonly path: Readonly<Record<string, unknown>>;
  readonly query: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: unknown;
}

/** Sends what the document allows, and what it does not, and compares the answers with it. */
class Fuzzer {
  readonly #document: Document;
  readonly #ajv = new Ajv2020({ strict: false, allErrors: true });
  readonly #validators = new Map<string, ValidateFunction>();

  constructor(document: Document) {
    this.#document = document;
    addFormats.default(this.#ajv);
    this.#ajv.addSchema(JSON.parse(absolute(document)), 'doc');
  }

  resolve = (schema: Schema): Schema => {
    const name = schema.$ref?.split('/').at(-1);
    return name === undefined ? schema : (this.#document.components.schemas[name] ?? {});
  };

  requestsTo({ operation, path }: NamedOperation, ids: readonly string[]): fc.Arbitrary<Sent> {
    const of = (place: string): fc.Arbitrary<Record<string, unknown>> => {
      const parameters = (operation.parameters ?? []).filter((one) => one.in === place);
      return fc.record(
        Object.fromEntries(
          parameters.map(({ name, schema }) => [
            name,
            place === 'path'
              ? fc.oneof(
                  fc.constantFrom(...(ids.length > 0 ? ids : [path])),
                  arbitraryOf(schema, this.resolve),
                )
              : arbitraryOf(schema, this.resolve),
          ]),
        ),
        {
          requiredKeys: parameters.filter(({ required }) => required).map(({ name }) => name),
          noNullPrototype: true,
        },
      );
    };
    const content = operation.requestBody?.content['application/json'];
    const body = content ? arbitraryOf(content.schema, this.resolve) : fc.constant(undefined);
    return fc.record({ path: of('path'), query: of('query'), headers: of('header'), body });
  }

  /** The status must be one that is documented, and the body what is said of it. */
  expectDocumented({ name, operation }: NamedOperation, { status, headers, body }: Answer): void {
    expect(status, `${name} answered ${body}`).to.be.lessThan(500);
    if (status >= 400) {
      expect(headers['content-type'], name).to.equal('application/problem+json');
      expect(this.#faults('Problem', { $ref: 'doc#/components/schemas/Problem' }, body), name).to.equal('');
    }
    const documented =
      operation.responses[status] ?? (status >= 400 ? operation.responses.default : undefined);
    expect(documented, `${name} answered ${status} ${body}`).to.not.equal(undefined);
    const schema = documented?.content?.['application/json']?.schema;
    if (schema !== undefined) expect(this.#faults(`${name} ${status}`, schema, body), name).to.equal('');
    else if (status < 400) expect(body, name).to.equal('');
  }

  /** Only bodies are looked at: of parameters it says too little. */
  allows({ name, operation }: NamedOperation, body: unknown): boolean {
    const schema = operation.requestBody?.content['application/json']?.schema;
    return schema !== undefined && this.#faults(`${name} body`, schema, JSON.stringify(body ?? null)) === '';
  }

  #faults(key: string, schema: Schema, body: string): string {
    const validate = this.#validators.get(key) ?? this.#ajv.compile(JSON.parse(absolute(schema)));
    this.#validators.set(key, validate);
    return validate(JSON.parse(body)) ? '' : `${this.#ajv.errorsText(validate.errors)} ${body}`;
  }
}

function absolute(schema: object): string {
  return JSON.stringify(schema).replaceAll('"#/components', '"doc#/components');
}

/** Only what HTTP can carry in a header. */
function headersOf(headers: Sent['headers']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, String(value).replaceAll(/[^\x20-\x7e]/g, '-')]),
  );
}

function send(kernel: Application, user: string, { method, path }: NamedOperation, sent: Sent) {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name) => encodeURIComponent(String(sent.path[name])));
  const query = new URLSearchParams(Object.entries(sent.query).map(([name, value]) => [name, String(value)]));
  const url = query.size === 0 ? filled : `${filled}?${query}`;
  return as(kernel, user)(method, url, sent.body, headersOf(sent.headers));
}

const runs = 30;

describe('Whatever is sent to the routes of entities', function () {
  this.timeout(60_000);
  let kernel: Application;
  let fuzzer: Fuzzer;
  let operations: readonly NamedOperation[];

  before(async () => {
    kernel = await open({}, ['openapi']);
    const document = await documentOf(kernel);
    fuzzer = new Fuzzer(document);
    operations = operationsOf(document).filter(({ path }) => path.startsWith('/news/'));
  });
  after(() => kernel[Symbol.asyncDispose]());

  async function someIds(path: string): Promise<readonly string[]> {
    const [, , entity = ''] = path.split('/');
    const response = await as(kernel, 'root')('GET', `/news/${entity}`);
    return response.json<{ data: { id: string }[] }>().data.map(({ id }) => id);
  }

  it('is answered as the document says, if the document allows it', async () => {
    expect(operations.length).to.be.greaterThan(40);
    const statuses = new Set<number>();
    for (const user of ['root', 'intern']) {
      for (const operation of operations) {
        const requests = fuzzer.requestsTo(operation, await someIds(operation.path));
        await fc.assert(
          fc.asyncProperty(requests, async (sent) => {
            const response = await send(kernel, user, operation, sent);
            statuses.add(response.status);
            fuzzer.expectDocumented(operation, response);
          }),
          { numRuns: runs, seed: 42 },
        );
      }
    }
    expect([...statuses]).to.include.members([200, 201, 204, 400, 403, 404, 412, 422]);
  });

  it('is refused with a problem, if the document does not allow it', async () => {
    const wrongQuery = fc.record({
      path: fc.constant({}),
      query: fc.dictionary(
        fc.constantFrom('x', 'fields', 'filter', 'page[size]', 'sort', 'include'),
        fc.constantFrom('{', '-1', 'nothing', '{"nothing":1}', '%'),
        { minKeys: 1 },
      ),
      headers: fc.constant({}),
      body: fc.constant(undefined),
    });
    const wrongBody = fc.record({
      path: fc.constant({}),
      query: fc.constant({}),
      headers: fc.constant({}),
      body: fc.oneof(
        fc.constantFrom(
          'text',
          7,
          true,
          [1],
          [[]],
          { nothing: 1 },
          { id: 7 },
          { title: 7 },
          { __proto__: 1, title: {} },
        ),
        fc.dictionary(fc.string({ minLength: 12 }), fc.jsonValue(), { minKeys: 1 }),
      ),
    });
    for (const operation of operations) {
      const wrong =
        operation.method === 'GET' ? wrongQuery : operation.operation.requestBody ? wrongBody : undefined;
      if (wrong === undefined) continue;
      const [id = ''] = await someIds(operation.path);
      await fc.assert(
        fc.asyncProperty(wrong, async (sent: Sent) => {
          fc.pre(!fuzzer.allows(operation, sent.body));
          const response = await send(kernel, 'root', operation, { ...sent, path: { id } });
          expect(response.status, `${operation.name} ${JSON.stringify(sent)} ${response.body}`).to.be.within(
            400,
            499,
          );
          fuzzer.expectDocumented(operation, response);
        }),
        { numRuns: runs, seed: 7 },
      );
    }
  });
});
