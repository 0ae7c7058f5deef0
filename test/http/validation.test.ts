import { expect } from 'chai';
import { route } from '../../kernel/http/index.ts';
import { Type } from '../../kernel/schema/index.ts';
import { serve } from './serving.ts';

interface Problem {
  readonly code: string;
  readonly faults: readonly { in: string; pointer: string; message: string }[];
}

describe('Checking a request', () => {
  const search = route.post(
    '/search/:page',
    {
      params: Type.Object({ page: Type.Integer({ minimum: 1 }) }),
      query: Type.Object({
        limit: Type.Integer({ default: 10 }),
        tags: Type.Optional(Type.Array(Type.String())),
        deep: Type.Optional(Type.Boolean()),
      }),
      headers: Type.Object({ 'x-tenant': Type.Integer() }),
      body: Type.Object({ text: Type.String(), 'a/b': Type.Optional(Type.Integer()) }),
    },
    // Typed by the schemas: arithmetic on them compiles.
    ({ params, query, headers, body }) => ({
      page: params.page + 1,
      limit: query.limit + 1,
      tags: query.tags?.map((tag) => tag.toUpperCase()),
      deep: query.deep,
      tenant: headers['x-tenant'] * 2,
      text: body.text.length,
    }),
  );
  const cards = [{ name: 'blog', values: [search] }];

  it('turns text into the types asked for and fills in defaults', async () => {
    const { server } = serve(cards);
    const { json } = await server.inject('POST', '/blog/search/2?tags=a&deep=true', {
      headers: { 'x-tenant': '21' },
      body: { text: 'four' },
    });
    expect(json()).to.deep.equal({ page: 3, limit: 11, tags: ['A'], deep: true, tenant: 42, text: 4 });
  });

  it('lists every fault of every part, each with its JSON pointer', async () => {
    const { server, lines } = serve(cards);
    const { status, headers, json } = await server.inject('POST', '/blog/search/0?limit=x', {
      body: { 'a/b': '1' },
    });
    expect(status).to.equal(400);
    expect(headers['content-type']).to.equal('application/problem+json');
    const { code, faults } = json<Problem>();
    expect(code).to.equal('REQUEST_INVALID');
    expect(faults.map((fault) => `${fault.in} ${fault.pointer} ${fault.message}`)).to.have.members([
      'params /page must be >= 1',
      'query /limit must be a whole number',
      'headers /x-tenant is required',
      'body /text is required',
      'body /a~1b must be a whole number',
    ]);
    expect(lines).to.deep.equal([]);
  });

  it('asks for a body where the route has a schema for one', async () => {
    const { server } = serve(cards);
    const { status, json } = await server.inject('POST', '/blog/search/1', { headers: { 'x-tenant': '1' } });
    expect(status).to.equal(400);
    expect(json<Problem>().faults).to.deep.equal([{ in: 'body', pointer: '', message: 'must be an object' }]);
  });

  it('gives a route without schemas what came, as text', async () => {
    const raw = route.get('/raw/:a', {}, ({ params, query, body }) => ({
      params,
      query,
      body: body ?? null,
    }));
    const { server } = serve([{ name: 'blog', values: [raw] }]);
    expect((await server.inject('GET', '/blog/raw/1?x=1&x=2&y=%zz&__proto__=1')).json()).to.deep.equal({
      params: { a: '1' },
      query: JSON.parse('{"x":["1","2"],"y":"%zz","__proto__":"1"}'),
      body: null,
    });
  });
});
