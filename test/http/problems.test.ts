import { expect } from 'chai';
import { BackplaneError, FaultList } from '../../kernel/errors.ts';
import { ErrorDetails, problem, route } from '../../kernel/http/index.ts';
import { serve } from './serving.ts';

async function failWith(error: unknown, name = 'blog') {
  const throwing = route.get('/it', { root: true }, () => {
    throw error;
  });
  const { server, lines } = serve([{ name, values: [throwing] }]);
  return { ...(await server.inject('GET', '/it?a=1')), lines };
}

describe('An error', () => {
  it('made with problem() leaves as it is', async () => {
    const error = problem(409, 'The post is locked.', {
      code: 'POST_LOCKED',
      type: 'https://example.org/locked',
      title: 'Locked',
      headers: { 'retry-after': '5' },
      members: { by: 'ann' },
    });
    const { status, headers, json, lines } = await failWith(error);
    expect([status, headers['content-type'], headers['retry-after']]).to.deep.equal([
      409,
      'application/problem+json',
      '5',
    ]);
    expect(json()).to.deep.equal({
      by: 'ann',
      type: 'https://example.org/locked',
      title: 'Locked',
      status: 409,
      detail: 'The post is locked.',
      instance: '/it',
      code: 'POST_LOCKED',
    });
    expect(lines).to.deep.equal([]);
  });

  it('has the usual code of its status', () => {
    const codes = [400, 401, 403, 404, 413, 418, 422, 429, 500, 503].map((status) => problem(status).code);
    expect(codes).to.deep.equal([
      'BAD_REQUEST',
      'UNAUTHENTICATED',
      'FORBIDDEN',
      'NOT_FOUND',
      'BODY_TOO_LARGE',
      'I_M_A_TEAPOT',
      'UNPROCESSABLE',
      'TOO_MANY_REQUESTS',
      'INTERNAL_ERROR',
      'UNAVAILABLE',
    ]);
  });

  it('whose headers cannot be sent is answered as one that nobody expected', async () => {
    const rejecting = route.get('/it', {}, async () => {
      throw problem(409, 'x', { headers: { 'x-y': 'a\nb' } });
    });
    const { server, lines } = serve([{ name: 'blog', values: [rejecting] }]);
    expect((await server.inject('GET', '/blog/it')).status).to.equal(500);
    expect(lines[0]?.msg).to.include('Invalid character in header content');
  });

  it('that throws when it is read is answered and logged like any other', async () => {
    const hostile = Object.defineProperty(new Error(), 'message', {
      get() {
        throw new Error('not for reading');
      },
    });
    Object.defineProperty(hostile, 'expose', {
      get() {
        throw new Error('not for reading');
      },
    });
    for (const thrown of [hostile, Object.create(null)]) {
      const { status, json, lines } = await failWith(thrown);
      expect(status).to.equal(500);
      expect(lines).to.have.length(1);
      expect(lines[0]).to.deep.include({
        extension: 'blog',
        errorId: json<{ id: string }>().id,
        msg: 'GET /it failed: something that cannot be turned into text',
      });
    }
  });

  it('nobody expected shows an id that the log knows, and nothing else', async () => {
    for (const thrown of [
      new Error('password=1234'),
      'a string',
      undefined,
      Object.assign(new Error('x'), { status: 404 }),
    ]) {
      const { status, json, body, lines } = await failWith(thrown);
      expect(status).to.equal(500);
      expect(body).not.to.match(/password|node:|\.ts/);
      const { id } = json<{ id: string }>();
      expect(id).to.have.length(36);
      expect(lines).to.have.length(1);
      expect(lines[0]).to.include({ extension: 'blog', errorId: id, route: 'GET /it' });
      expect(lines[0]).to.have.property('requestId');
    }
  });

  it('nobody expected says what it is where clients are developers', async () => {
    const throwing = route.get('/it', () => {
      throw new Error('no such column: titel');
    });
    const values = [throwing, new ErrorDetails()];
    const { server } = serve([{ name: 'blog', values }]);
    const { json, body } = await server.inject('GET', '/blog/it');
    expect(json()).to.include({ status: 500, detail: 'no such column: titel' });
    expect(body).not.to.include('node:');
  });

  it('that says it may be exposed is shown, as those of Express middleware', async () => {
    const { status, json } = await failWith(
      Object.assign(new Error('too big'), { status: 413, expose: true }),
    );
    expect([status, json<{ detail: string }>().detail]).to.deep.equal([413, 'too big']);
  });

  it('of the catalogue is shown by routes of the kernel only', async () => {
    const error = new BackplaneError('CONTRIBUTION_CONFLICT', { what: 'The route X', owners: ['a', 'b'] });
    expect((await failWith(error)).status).to.equal(500);
    const { status, json } = await failWith(error, 'kernel');
    expect(status).to.equal(409);
    expect(json()).to.include({ code: 'CONTRIBUTION_CONFLICT' });
  });

  it('of the catalogue that is about what the client sent is shown by every route, with its place', async () => {
    const faults = [
      { pointer: '/title', message: '"title" is missing' },
      { pointer: '/views', message: '"views" must be >= 0' },
    ];
    const path = 'filter.author.nme';
    for (const [error, status, faulty] of [
      [new BackplaneError('ROW_NOT_FOUND', { entity: 'blog.post', id: 'x' }), 404, []],
      [new BackplaneError('ROW_DUPLICATE', { entity: 'blog.post', fields: ['slug'] }), 409, []],
      [new BackplaneError('ROW_REFERENCED', { entity: 'blog.post', by: [] }), 409, []],
      [new BackplaneError('ROW_REFERENCE_MISSING', { entity: 'blog.post', fields: ['authorId'] }), 422, []],
      [new BackplaneError('ROW_CHANGED', { entity: 'blog.post', id: 'x' }), 409, []],
      [new BackplaneError('CURSOR_INVALID', { reason: 'it is damaged' }), 400, []],
      [new BackplaneError('ROW_INVALID', { entity: 'blog.post', faults }), 422, ['/title', '/views']],
      [
        new BackplaneError('QUERY_INVALID', { entity: 'blog.post', path, reason: 'No.' }),
        400,
        ['/filter/author/nme'],
      ],
      [
        new BackplaneError('QUERY_FORBIDDEN', { entity: 'blog.post', path: 'sort', field: 'password' }),
        403,
        ['/sort'],
      ],
    ] as const) {
      const { json, lines, headers } = await failWith(error);
      expect(headers['content-type']).to.equal('application/problem+json');
      const document = json<{ status: number; code: string; faults?: { pointer: string }[] }>();
      expect(document).to.include({ status, code: error.code });
      expect((document.faults ?? []).map(({ pointer }) => pointer)).to.deep.equal(faulty);
      expect(lines).to.deep.equal([]);
    }
  });

  it('of the catalogue with several faults is shown where all of them may be', async () => {
    const invalid = new BackplaneError('QUERY_INVALID', { entity: 'blog.post', path: 'sort', reason: 'No.' });
    const forbidden = new BackplaneError('QUERY_FORBIDDEN', {
      entity: 'blog.post',
      path: 'filter.x',
      field: 'x',
    });
    const { status, json } = await failWith(new FaultList([forbidden, invalid]));
    expect(status).to.equal(403);
    expect(json<{ faults: unknown[] }>().faults).to.deep.equal([
      { code: 'QUERY_FORBIDDEN', pointer: '/filter/x', message: forbidden.message },
      { code: 'QUERY_INVALID', pointer: '/sort', message: invalid.message },
    ]);
    const hidden = new BackplaneError('FIELD_UNKNOWN', { entity: 'blog.post', field: 'x', suggestion: '' });
    expect((await failWith(new FaultList([invalid, hidden]))).status).to.equal(500);
  });

  it('of the catalogue that is about the code is not shown', async () => {
    for (const error of [
      new BackplaneError('QUERY_IMPOSSIBLE', { entity: 'blog.post', reason: 'secret' }),
      new BackplaneError('FIELD_UNKNOWN', { entity: 'blog.post', field: 'x', suggestion: 'secret' }),
      new BackplaneError('ENTITY_UNKNOWN', { entity: 'secret', suggestion: '' }),
    ]) {
      const { status, body, lines } = await failWith(error);
      expect(status).to.equal(500);
      expect(body).not.to.include('secret');
      expect(lines).to.have.length(1);
    }
  });

  it('of a database that cannot be reached says neither where nor why, and is logged', async () => {
    const details = { name: 'default', where: '10.0.0.1:5432', reason: 'ECONNREFUSED' };
    const { status, headers, body, json, lines } = await failWith(
      new BackplaneError('DATABASE_UNREACHABLE', details),
    );
    expect([status, headers['retry-after']]).to.deep.equal([503, '1']);
    expect(json()).to.include({ code: 'DATABASE_UNREACHABLE' });
    expect(body).not.to.match(/10\.0\.0\.1|ECONNREFUSED/);
    expect(lines).to.have.length(1);
    expect(lines[0]?.msg).to.include('10.0.0.1');
  });

  it('drops the headers of the answer that is not sent and keeps the others', async () => {
    const halfway = route.get('/it', {}, ({ res }) => {
      res.set({ etag: '"1"', 'content-type': 'text/csv', 'x-kept': '1' });
      throw problem(403, 'No.');
    });
    const { server } = serve([{ name: 'blog', values: [halfway] }]);
    const { headers } = await server.inject('GET', '/blog/it');
    expect(headers).to.include({ 'content-type': 'application/problem+json', 'x-kept': '1' });
    expect(headers).not.to.have.property('etag');
  });
});
