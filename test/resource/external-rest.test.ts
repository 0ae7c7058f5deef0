import { join } from 'node:path';
import { expect } from 'chai';
import { type Crm, openCrm } from './support/open-crm.ts';

const rest = join(import.meta.dirname, '../../extensions/rest');
const openapi = join(import.meta.dirname, '../../extensions/openapi');

const open = (instances?: readonly string[]): Promise<Crm> =>
  openCrm({ extensions: [rest, openapi], ...(instances === undefined ? {} : { instances }) });

function ask({ kernel }: Crm, who = 'root') {
  return async (
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ) => {
    const answer = await kernel.inject(method, path, {
      headers: { 'x-actor': who, ...headers },
      ...(body === undefined ? {} : { body }),
    });
    const json: unknown = answer.body === '' ? undefined : JSON.parse(answer.body);
    // biome-ignore lint/suspicious/noExplicitAny: answers of any route
    return { ...answer, json: json as any };
  };
}

describe('an entity behind a provider, by REST', () => {
  it('is served like any other, with ids and fields of its own', async () => {
    await using crm = await open();
    const send = ask(crm);
    const made = await send('POST', '/crm/contacts', { name: 'Ann', email: 'ann@example.org' });
    expect(made.status).to.equal(201);
    expect(made.headers.location).to.equal('/crm/contacts/c-00001');
    expect(made.json).to.include({ id: 'c-00001', name: 'Ann' }).and.to.not.have.property('note');

    const read = await send('GET', '/crm/contacts/c-00001?fields=name');
    expect(read.json).to.deep.equal({ id: 'c-00001', name: 'Ann' });
    const whole = await send('GET', '/crm/contacts/c-00001');
    const etag = String(whole.headers.etag);
    expect(
      (await send('GET', '/crm/contacts/c-00001', undefined, { 'if-none-match': etag })).status,
    ).to.equal(304);

    const changed = await send('PATCH', '/crm/contacts/c-00001', { visits: 2 }, { 'if-match': etag });
    expect(changed.json).to.include({ visits: 2 });
    const late = await send('PATCH', '/crm/contacts/c-00001', { visits: 3 }, { 'if-match': etag });
    expect(late).to.have.property('status', 412);

    expect((await send('DELETE', '/crm/contacts/c-00001')).status).to.equal(204);
    const gone = await send('GET', '/crm/contacts/c-00001');
    expect(gone.status).to.equal(404);
    expect(gone.json).to.include({ code: 'ROW_NOT_FOUND' });
  });

  it('gives page after page, with links', async () => {
    await using crm = await open();
    for (let number = 0; number < 5; number += 1) crm.server.add();
    const first = await ask(crm)('GET', '/crm/contacts?page[size]=2&count=exact');
    expect(first.json.page).to.include({ size: 2, previous: null });
    expect(first.json.count).to.equal(5);
    const [, next] = /<([^>]+)>; rel="next"/.exec(String(first.headers.link)) ?? [];
    const second = await ask(crm)('GET', String(next));
    expect(second.json.data.map(({ id }: { id: string }) => id)).to.deep.equal(['c-00003', 'c-00004']);
    const last = await ask(crm)('GET', `/crm/contacts?page[size]=2&page[after]=${second.json.page.next}`);
    expect(last.json.page.next).to.equal(null);
    expect(last.headers.link).to.equal(undefined);
  });

  it('makes one row for one Idempotency-Key, whatever becomes of the first answer', async () => {
    await using crm = await open();
    const send = ask(crm);
    const key = { 'idempotency-key': 'a-1' };
    crm.server.faults.push('write and hang', 'hang', 'hang', 500);
    const unknown = await send('POST', '/crm/contacts', { name: 'Ann' }, key);
    expect(unknown.status).to.equal(502);
    expect(unknown.json).to.include({ code: 'PROVIDER_OUTCOME_UNKNOWN' });
    expect(unknown.json.detail).to.not.contain('main');
    crm.server.faults.length = 0;
    const again = await send('POST', '/crm/contacts', { name: 'Ann' }, key);
    expect(again.status).to.equal(201);
    const replayed = await send('POST', '/crm/contacts', { name: 'Ann' }, key);
    expect(replayed.headers['idempotency-replayed']).to.equal('true');
    expect(replayed.json).to.deep.equal(again.json);
    expect([...crm.server.items.keys()]).to.deep.equal([again.json.id]);
    // The same key of somebody else is another one.
    await ask(crm, JSON.stringify({ id: 'other', roles: ['admin'] }))(
      'POST',
      '/crm/contacts',
      { name: 'Ann' },
      key,
    );
    expect(crm.server.items.size).to.equal(2);
    expect((await send('POST', '/crm/contacts', { name: 'Ben' }, key)).status).to.equal(422);
  });

  it('has no transaction open while it waits for the provider', async () => {
    await using crm = await open();
    crm.server.faults.push('hang', 'hang', 'hang', 'hang');
    const waiting = ask(crm)('POST', '/crm/contacts', { name: 'Ann' }, { 'idempotency-key': 'a-1' });
    // On SQLite a transaction would keep everybody else from writing.
    const other = await ask(crm)('POST', '/crm/contacts', { name: '' }, { 'idempotency-key': 'a-2' });
    expect(other.status).to.equal(422);
    const busy = await ask(crm)('POST', '/crm/contacts', { name: 'Ann' }, { 'idempotency-key': 'a-1' });
    expect(busy.status).to.equal(409);
    expect((await waiting).status).to.equal(502);
  });

  it('answers with problems that say whose fault it is', async () => {
    await using crm = await open();
    const send = ask(crm);
    crm.server.add({ mail: 'ann@example.org' });
    const refused = await send('POST', '/crm/contacts', { name: 'Ann', email: 'ann@example.org' });
    expect(refused.status).to.equal(422);
    expect(refused.json).to.include({ code: 'EXTERNAL_REFUSED' });
    expect(refused.headers['content-type']).to.contain('application/problem+json');
    const invalid = await send('POST', '/crm/contacts', { name: '', phone: 1 });
    expect(invalid.json.faults.map(({ pointer }: { pointer: string }) => pointer).sort()).to.deep.equal([
      '/name',
      '/phone',
    ]);
    const query = await send('GET', '/crm/contacts?filter={"name":{"eq":"Ann"}}&sort=visits&page[offset]=2');
    expect(query.status).to.equal(400);
    const list = await send('POST', '/crm/contacts', [{ name: 'Ann' }, { name: 'Ben' }]);
    expect(list.status).to.equal(422);
    expect((await ask(crm, 'ann')('DELETE', '/crm/contacts/c-00001')).status).to.equal(403);
    expect((await ask(crm, 'ann')('GET', '/crm/contacts/c-00001')).status).to.equal(404);
    crm.server.faults.push(409);
    const declined = await send('POST', '/crm/contacts', { name: 'Ben' });
    expect(declined.status).to.equal(422);
    expect(declined.json).to.include({ code: 'PROVIDER_DECLINED' });
    crm.server.faults.push('malformed', 'malformed', 'malformed');
    const malformed = await send('GET', '/crm/contacts');
    expect(malformed.status).to.equal(503);
    expect(Number(malformed.headers['retry-after'])).to.be.at.least(1);
    crm.server.faults.push('throttled');
    const busy = await send('GET', '/crm/contacts');
    expect(busy.status).to.equal(503);
    expect(Number(busy.headers['retry-after'])).to.be.within(60, 90);
    expect(busy.json).to.include({ code: 'PROVIDER_UNAVAILABLE' });
    expect(JSON.stringify(busy.json)).to.not.contain('main');
  });

  it('sends ids as they are, and no path of another', async () => {
    await using crm = await open();
    crm.server.add({ contact_id: 'a/b ü?x=1' });
    const read = await ask(crm)('GET', `/crm/contacts/${encodeURIComponent('a/b ü?x=1')}`);
    expect(read.json).to.have.property('id', 'a/b ü?x=1');
    expect((await ask(crm)('GET', `/crm/contacts/${'x'.repeat(300)}`)).status).to.equal(404);
    expect(crm.server.requests).to.deep.equal(['GET /contacts/a/b ü?x=1']);
  });

  it('has no routes for what is not offered', async () => {
    await using crm = await open();
    const send = ask(crm);
    expect((await send('GET', '/crm/companies/acme')).json).to.deep.equal({ id: 'acme', label: 'Acme Ltd' });
    const deleted = await send('DELETE', '/crm/companies/acme');
    expect(deleted.status).to.equal(405);
    expect(deleted.headers.allow).to.contain('GET');
    expect((await send('GET', '/crm/companies')).status).to.equal(404);
    expect((await send('PATCH', '/crm/contacts', [])).status).to.equal(405);
    expect((await send('POST', '/crm/contacts/search', {})).status).to.equal(405);
  });

  it('has methods, about rows that their callers may see and do that with', async () => {
    await using crm = await open();
    const { contact_id: mine } = crm.server.add({ owner: 'ann' });
    const { contact_id: other } = crm.server.add({ owner: 'ben' });
    const ann = ask(crm, 'ann');
    const promoted = await ann('POST', `/crm/contacts/${mine}/promote`);
    expect(promoted.json).to.deep.equal({ state: 'customer' });
    expect((await ann('POST', `/crm/contacts/${other}/promote`)).status).to.equal(404);
    const reader = { id: 'cid', granted: { 'crm.contact:read': [{}] } };
    const refused = await ask(crm, JSON.stringify(reader))('POST', `/crm/contacts/${other}/promote`);
    expect(refused.status).to.equal(403);
    expect(crm.server.items.get(other)).to.include({ state: 'lead' });
  });

  it('is documented as it is', async () => {
    await using crm = await open();
    const { json: document } = await ask(crm)('GET', '/openapi.json');
    const { paths } = document;
    expect(Object.keys(paths).filter((path) => path.startsWith('/crm'))).to.have.members([
      '/crm/contacts',
      '/crm/contacts/{id}',
      '/crm/contacts/{id}/promote',
      '/crm/companies/{id}',
    ]);
    expect(Object.keys(paths['/crm/companies/{id}'])).to.not.include('delete');
    expect(Object.keys(paths['/crm/contacts'])).to.include.members(['get', 'post']).and.not.include('patch');
    const list = paths['/crm/contacts'].get;
    const names = list.parameters.map(({ name }: { name: string }) => name);
    expect(names).to.include.members(['filter', 'sort', 'page[after]', 'count']);
    expect(names).to.not.include.members(['page[before]', 'page[offset]', 'include', 'search']);
    expect(JSON.stringify(list.parameters)).to.contain('email (eq)');
    expect(Object.keys(list.responses)).to.include.members(['200', '400', '422', '503', '504']);
    const [id] = paths['/crm/contacts/{id}'].get.parameters;
    expect(id.schema).to.include({ type: 'string', maxLength: 255 }).and.to.not.have.property('format');
    const { post } = paths['/crm/contacts'];
    expect(JSON.stringify(post.requestBody)).to.contain('crm.contact.create').and.to.not.contain('array');
    expect(document.components.schemas['crm.contact'].properties).to.not.have.property('note');
  });
});
