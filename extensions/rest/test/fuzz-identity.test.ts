import { type TestKernel, testKernel } from 'backplane/testing';
import { expect } from 'chai';
import fc from 'fast-check';
import { actingAs } from '../../auth/index.ts';
import { Fuzzer } from './fuzzer.ts';
import { documentOf, type NamedOperation, operationsOf } from './openapi-document.ts';

const runs = 10;
const key = 'a root key for tests alone';

describe('Whatever is sent to the routes of accounts and teams', function () {
  this.timeout(60_000);
  let kernel: TestKernel;
  let fuzzer: Fuzzer;
  let operations: readonly NamedOperation[];

  before(async () => {
    kernel = await testKernel({
      extensions: ['rest', 'auth', 'auth-mfa', 'sms', 'teams', 'openapi'],
      env: { ROOT_API_KEY: key },
      settings: {
        auth: {
          argon2Memory: 64,
          argon2Passes: 1,
          throttleAttempts: 10_000,
          throttleAddressAttempts: 10_000,
        },
        'auth-mfa': { throttleAttempts: 10_000 },
      },
    });
    const document = await documentOf(kernel);
    fuzzer = new Fuzzer(document);
    operations = operationsOf(document).filter(({ path }) => /^\/(auth|teams)\//.test(path));
  });
  after(() => kernel[Symbol.asyncDispose]());

  it('is no fault of the server, and what it refuses is a problem', async () => {
    expect(operations.length).to.be.greaterThan(60);
    const statuses = new Set<number>();
    const root = async () => ({ 'x-api-key': key });
    const nobody = async () => ({});
    // Some operations end the session that asks.
    const somebody = () => actingAs(kernel, {}, { secondFactor: true });
    for (const credentials of [root, nobody, somebody]) {
      for (const operation of operations) {
        const headers = await credentials();
        await fc.assert(
          fc.asyncProperty(fuzzer.requestsTo(operation, []), async (sent) => {
            const path = operation.path.replaceAll(/\{(\w+)\}/g, (_, name) =>
              encodeURIComponent(String(sent.path[name])),
            );
            const query = new URLSearchParams(
              Object.entries(sent.query).map(([name, value]) => [name, String(value)]),
            );
            const response = await kernel.inject(
              operation.method,
              query.size === 0 ? path : `${path}?${query}`,
              {
                headers,
                ...(sent.body === undefined ? {} : { body: sent.body }),
              },
            );
            statuses.add(response.status);
            const said = `${operation.name} ${JSON.stringify(sent)} answered ${response.status} ${response.body}`;
            expect(response.status, said).to.be.lessThan(500);
            if (response.status < 400) fuzzer.expectDocumented(operation, response);
            // OAuth has problems of its own (RFC 6749).
            else if (!/^\{"error":/.test(response.body))
              expect(response.headers['content-type'], said).to.equal('application/problem+json');
          }),
          { numRuns: runs, seed: 42 },
        );
      }
    }
    expect([...statuses]).to.include.members([200, 400, 401, 404, 422]);
  });
});
