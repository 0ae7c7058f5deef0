import { expect } from 'chai';
import { Container } from '../../kernel/container/index.ts';
import { defineStrategy, problem, rootStrategy, route } from '../../kernel/http/index.ts';
import { compileCards, serve } from './serving.ts';

const bearer = defineStrategy({
  name: 'bearer',
  challenge: 'Bearer realm="test"',
  async authenticate(req) {
    const token = req.get('authorization')?.replace('Bearer ', '');
    if (token === 'bad') throw problem(401, 'The token has expired.', { code: 'TOKEN_EXPIRED' });
    return token === undefined ? undefined : { id: token, roles: ['reader'] };
  },
});

const who = ({ actor }: { actor: { id: string } | undefined }) => actor?.id ?? 'nobody';
const blog = {
  name: 'blog',
  values: [
    route.get('/open', {}, who),
    route.get('/optional', { auth: 'optional' }, who),
    route.get('/required', { auth: 'required' }, ({ actor }) => actor.id),
    route.get('/mine', { auth: 'optional' }, () => {
      throw problem(401, 'Whose?');
    }),
    route.get('/root', { auth: 'root' }, ({ actor }) => actor.roles.join()),
  ],
};
const cards = [
  { name: 'kernel', values: [rootStrategy('s3cret')] },
  { name: 'auth', values: [bearer] },
  blog,
];
const ann = { authorization: 'Bearer ann' };

describe('Authentication', () => {
  const { server } = serve(cards);
  const get = (path: string, headers = {}) => server.inject('GET', `/blog/${path}`, { headers });

  it('asks nobody on an open route', async () => {
    expect((await get('open', ann)).body).to.equal('nobody');
  });

  it('finds the actor where it is optional, and goes on without', async () => {
    expect((await get('optional', ann)).body).to.equal('ann');
    expect((await get('optional')).body).to.equal('nobody');
  });

  it('takes the first strategy that yields an actor where one is required', async () => {
    expect((await get('required', ann)).body).to.equal('ann');
    expect((await get('required', { ...ann, 'x-api-key': 's3cret' })).body).to.equal('root');
  });

  it('answers 401 with every challenge when there is no actor', async () => {
    const { status, headers, json } = await get('required');
    expect(status).to.equal(401);
    expect(headers['www-authenticate']).to.equal('ApiKey header="x-api-key", Bearer realm="test"');
    expect(json()).to.include({ code: 'UNAUTHENTICATED' });
  });

  it('asks once for what several strategies take', async () => {
    const other = { ...bearer, name: 'other' };
    const { server } = serve([...cards, { name: 'more', values: [defineStrategy(other)] }]);
    const { headers } = await server.inject('GET', '/blog/required');
    expect(headers['www-authenticate']).to.equal('ApiKey header="x-api-key", Bearer realm="test"');
  });

  it('does not wait for a strategy that knows at once, and calls no handler when one answers itself', async () => {
    const order: string[] = [];
    const quick = defineStrategy({
      name: 'quick',
      authenticate(req) {
        order.push('asked');
        queueMicrotask(() => order.push('later'));
        if (req.headers['x-answer']) req.res?.status(204).end();
        return { id: 'ann', roles: [] };
      },
    });
    const values = [quick, route.get('/it', { auth: 'quick' }, () => void order.push('handled'))];
    const { server } = serve([{ name: 'news', values }]);
    await server.inject('GET', '/news/it');
    expect(order).to.deep.equal(['asked', 'handled', 'later']);
    const answered = await server.inject('GET', '/news/it', { headers: { 'x-answer': 'yes' } });
    expect(answered.status).to.equal(204);
    expect(order.filter((one) => one === 'handled')).to.have.length(1);
  });

  it('lets a strategy refuse wrong credentials in its own words', async () => {
    expect((await get('required', { authorization: 'Bearer bad' })).json()).to.include({
      code: 'TOKEN_EXPIRED',
    });
  });

  it('counts only the strategy that a route names', async () => {
    expect((await get('root', ann)).status).to.equal(401);
    expect((await get('root', { 'x-api-key': 's3cre' })).status).to.equal(401);
    expect((await get('root', { 'x-api-key': 's3cret' })).body).to.equal('admin');
  });

  it('says which credentials help, whoever asks for them', async () => {
    const { status, headers } = await get('mine');
    expect(status).to.equal(401);
    expect(headers['www-authenticate']).to.equal('ApiKey header="x-api-key", Bearer realm="test"');
  });

  it('knows no root without a root API key', async () => {
    const without = serve([{ name: 'kernel', values: [rootStrategy(undefined)] }, blog]);
    expect(
      (await without.server.inject('GET', '/blog/root', { headers: { 'x-api-key': '' } })).status,
    ).to.equal(401);
  });

  it('gives a strategy the services of its own extension', async () => {
    const container = new Container({ owner: 'auth' }).value('answer', 'from auth');
    const strategy = defineStrategy({
      name: 'serviced',
      authenticate: ({ context }) => ({ id: String(Reflect.get(context.services, 'answer')), roles: [] }),
    });
    const values = [route.get('/it', { auth: 'serviced' }, ({ actor }) => actor.id)];
    const serving = serve([
      { name: 'auth', values: [strategy], container },
      { name: 'news', values },
    ]);
    expect((await serving.server.inject('GET', '/news/it')).body).to.equal('from auth');
  });

  it('refuses a route whose strategy nobody contributes, naming the nearest', () => {
    const wrong = { name: 'news', values: [route.get('/it', { auth: 'baerer' }, () => 1)] };
    expect(() => compileCards([...cards, wrong]))
      .to.throw(/GET \/news\/it of "news".*"baerer".*Did you mean "bearer"/)
      .with.property('code', 'STRATEGY_UNKNOWN');
  });

  it('refuses two strategies of one name, naming both owners', () => {
    expect(() => compileCards([...cards, { name: 'other', values: [bearer] }])).to.throw(/"auth", "other"/);
  });
});
