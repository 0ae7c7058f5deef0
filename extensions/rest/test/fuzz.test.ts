import { expect } from 'chai';
import fc from 'fast-check';
import { type Application, as, open } from './app.ts';
import { Fuzzer, type Sent } from './fuzzer.ts';
import { documentOf, type NamedOperation, operationsOf } from './openapi-document.ts';

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
