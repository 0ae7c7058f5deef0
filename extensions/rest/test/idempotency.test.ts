import { extensionFolder } from 'backplane/testing';
import { expect } from 'chai';
import { cleanUp } from '../idempotency/clean-up.ts';
import { type Application, as, open } from './app.ts';

const key = { 'idempotency-key': '8e03978e-40d5-43e8-bc93-6894a57f9324' };
const count = (kernel: Application): Promise<number> =>
  kernel.service('data').repository('press.article').count();
const keys = (kernel: Application) => kernel.service('data').repository('rest.idempotency-key');

/** A moment as the database takes it. */
const longAgo = ({ dialect }: { readonly dialect: string }): string =>
  dialect === 'mysql' ? "'2000-01-01 00:00:00'" : "'2000-01-01T00:00:00.000Z'";

describe('A request with an Idempotency-Key', () => {
  it('is done once, and answered alike each time', async () => {
    await using kernel = await open();
    const root = as(kernel, 'root');
    const first = await root('POST', '/news/articles', { title: 'One' }, key);
    const again = await root(
      'POST',
      '/news/articles',
      { title: 'One' },
      { 'idempotency-key': `"${key['idempotency-key']}"` },
    );
    expect(again.headers['idempotency-replayed']).to.equal('true');
    expect([again.status, again.body]).to.deep.equal([201, first.body]);
    expect([again.headers.location, again.headers.etag, again.headers['content-type']]).to.deep.equal([
      first.headers.location,
      first.headers.etag,
      first.headers['content-type'],
    ]);
    expect(first.headers).to.not.have.property('idempotency-replayed');
    expect(await count(kernel)).to.equal(1);
  });

  it('of methods, too, with what their schemas let through', async () => {
    await using kernel = await open();
    const root = as(kernel, 'root');
    const { id } = (await root('POST', '/news/articles', { title: 'One' })).json<{ id: string }>();
    const first = await root('POST', `/news/articles/${id}/publish`, { views: 1 }, key);
    await root('PATCH', `/news/articles/${id}`, { views: 9 });
    const again = await root('POST', `/news/articles/${id}/publish`, { views: 1 }, key);
    expect([again.status, again.body]).to.deep.equal([200, first.body]);
    expect((await root('GET', `/news/articles/${id}`)).json()).to.include({ views: 9 });
    expect((await root('POST', `/news/articles/${id}/touch`, undefined, key)).status).to.equal(204);
    expect((await root('POST', `/news/articles/${id}/touch`, undefined, key)).status).to.equal(204);
  });

  it('is refused if the key came with another request before', async () => {
    await using kernel = await open();
    const root = as(kernel, 'root');
    await root('POST', '/news/articles', { title: 'One' }, key);
    const other = await root('POST', '/news/articles', { title: 'Two' }, key);
    expect([other.status, other.json<{ code: string }>().code]).to.deep.equal([
      422,
      'IDEMPOTENCY_KEY_REUSED',
    ]);
    // Keys of others, and of other places, are others.
    expect((await as(kernel, 'editor')('POST', '/news/articles', { title: 'Two' }, key)).status).to.equal(
      201,
    );
    expect((await root('POST', '/news/tags', { name: 'Two' }, key)).status).to.equal(201);
    expect(
      (await root('POST', '/news/tags', { name: 'x' }, { 'idempotency-key': 'k'.repeat(300) })).status,
    ).to.equal(400);
  });

  it('may be mended and sent again when it failed', async () => {
    await using kernel = await open();
    const root = as(kernel, 'root');
    expect((await root('POST', '/news/articles', { title: '' }, key)).status).to.equal(422);
    expect((await root('POST', '/news/articles', { title: 'One' }, key)).status).to.equal(201);
  });

  it('is done once, however many come at the same time', async () => {
    await using kernel = await open();
    const root = as(kernel, 'root');
    const send = () => root('POST', '/news/articles', { title: 'One' }, key);
    const answers = await Promise.all(Array.from({ length: 8 }, send));
    const statuses = answers.map(({ status }) => status);
    expect(statuses.every((status) => status === 201 || status === 409)).to.equal(true);
    for (const { status, headers } of answers)
      if (status === 409) expect(headers['retry-after']).to.equal('1');
    expect(await count(kernel)).to.equal(1);
    expect((await send()).status).to.equal(201);
    expect(await count(kernel)).to.equal(1);
  });

  it('leaves nothing behind if its answer cannot be kept', async () => {
    using watching = extensionFolder({
      'manifest.json': { name: 'watching', version: '1.0.0', dependencies: { rest: '^1.0.0' } },
      'hooks/keys.ts': `
        import { hooks } from 'backplane';
        export default hooks.afterCommit('press.article', 'create', ({ log }) => log.info('told of it'));`,
    });
    await using kernel = await open({ idempotencyTimeout: 1 }, [watching]);
    const root = as(kernel, 'root');
    // Somebody takes the request over while it is being worked on: it is not theirs any more.
    const hold = kernel.service('data').database();
    const stop = hold.onStatement(({ sql }) => {
      if (!/insert into [`"]press_articles/.test(sql)) return;
      void hold.run(`update rest_idempotency_keys set updated_at = ${longAgo(hold)}`);
    });
    const lost = await root('POST', '/news/articles', { title: 'One' }, key);
    stop();
    expect([lost.status, await count(kernel)]).to.deep.equal([409, 0]);
    expect(kernel.logs.some(({ msg }) => msg === 'told of it')).to.equal(false);
  });

  it('is taken over from a process that died in it, and forgotten when it is old', async () => {
    await using kernel = await open({ idempotencyTimeout: 1 });
    const root = as(kernel, 'root');
    await root('POST', '/news/articles', { title: 'One' }, key);
    const [known] = await keys(kernel).all();
    if (known === undefined) throw new Error('There is no key.');
    const database = kernel.service('data').database();
    const died = `update rest_idempotency_keys set status = null, body = null, updated_at = ${longAgo(database)}`;
    await database.run(died);
    expect((await root('POST', '/news/articles', { title: 'One' }, key)).status).to.equal(201);
    expect(await count(kernel)).to.equal(2);

    await database.run(`update rest_idempotency_keys set expires_at = ${longAgo(database)}`);
    expect((await root('POST', '/news/articles', { title: 'Other' }, key)).status).to.equal(201);
    await database.run(`update rest_idempotency_keys set expires_at = ${longAgo(database)}`);
    await cleanUp(kernel.service('data'));
    expect(await keys(kernel).count()).to.equal(0);
  });

  it('is no business of anybody else: keys are served to nobody', async () => {
    await using kernel = await open();
    expect((await as(kernel, 'root')('GET', '/idempotency-keys')).status).to.equal(404);
    expect((await as(kernel, 'root')('GET', '/rest/idempotency-keys')).status).to.equal(404);
  });
});
