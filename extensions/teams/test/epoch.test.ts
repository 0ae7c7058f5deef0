import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from 'backplane/testing';
import { expect } from 'chai';
import { Item } from '../../../test/support/items/entities/item.ts';
import { actingAs } from '../../auth/index.ts';
import { builtInRoles } from '../built-in.ts';
import { RoleGrant } from '../entities/grant.ts';
import { Membership } from '../entities/membership.ts';
import { Role } from '../entities/role.ts';
import { Team } from '../entities/team.ts';
import { codeOf, memberOf, start } from './support/start.ts';

describe('A change of rights', () => {
  it('counts at once in the process that makes it', async () => {
    await using kernel = await start({ settings: { epochMaxAge: 600_000 } });
    const managers = kernel.service('managers');
    const system = managers.asSystem();
    const { actor, teamId, membership } = await memberOf(kernel, { role: 'viewer' });
    const items = managers.as(actor).of(Item);
    await system.of(Item).create({ title: 'one', teamId });
    const create = () => codeOf(items.create({ title: 'x', teamId }));
    expect(await create()).to.equal('ACCESS_DENIED');
    await system.of(Membership).update(membership.id, { roleId: builtInRoles.member });
    expect(await create()).to.equal(undefined);
    const { id: roleId } = await system.of(Role).create({ name: 'none', teamId });
    await system.of(Membership).update(membership.id, { roleId });
    expect(await codeOf(items.list())).to.equal('ACCESS_DENIED');
    const grant = await system.of(RoleGrant).create({ roleId, permission: 'items.item:read' });
    expect((await items.list()).rows).to.have.length(2);
    await system.of(RoleGrant).delete(grant.id);
    expect(await codeOf(items.list())).to.equal('ACCESS_DENIED');
    await system.of(RoleGrant).create({ roleId, permission: 'items.item:read' });
    const above = await system.of(Team).create({ name: 'Above' });
    const below = await system.of(Team).create({ name: 'Below', parentId: above.id });
    await system.of(Item).create({ title: 'below', teamId: below.id });
    expect((await items.list()).rows).to.have.length(2);
    await system.of(Team).update(below.id, { parentId: teamId });
    expect((await items.list()).rows).to.have.length(3);
    await system.of(Membership).delete(membership.id);
    expect(await codeOf(items.list())).to.equal('ACCESS_DENIED');
  });

  it('leaves no trace when it is rolled back', async () => {
    await using kernel = await start({ settings: { epochMaxAge: 600_000 } });
    const managers = kernel.service('managers');
    const { actor, teamId, membership } = await memberOf(kernel, { role: 'viewer' });
    const items = managers.as(actor).of(Item);
    expect((await items.list()).rows).to.deep.equal([]);
    const undone = kernel
      .service('data')
      .database()
      .transaction(async () => {
        await managers.asSystem().of(Membership).update(membership.id, { roleId: builtInRoles.owner });
        // Inside, it counts.
        await items.create({ title: 'inside', teamId });
        throw new Error('undo');
      });
    expect(await undone.catch((error: Error) => error.message)).to.equal('undo');
    expect(await codeOf(items.create({ title: 'after', teamId }))).to.equal('ACCESS_DENIED');
    expect((await items.list()).rows).to.deep.equal([]);
  });

  it('arrives in another process within the time that is set', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'teams-'));
    const env = { DATABASE_URL: `sqlite:${join(folder, 'shared.db')}` };
    try {
      await using one = await start({ env });
      await using other = await start({ env, settings: { epochMaxAge: 20 } });
      await using strict = await start({ env, settings: { epochMaxAge: 0 } });
      const { actor, teamId, membership } = await memberOf(one, { role: 'viewer' });
      const create = (kernel: typeof one) =>
        codeOf(kernel.service('managers').as(actor).of(Item).create({ title: 'x', teamId }));
      expect(await create(other)).to.equal('ACCESS_DENIED');
      expect(await create(strict)).to.equal('ACCESS_DENIED');
      await one
        .service('managers')
        .asSystem()
        .of(Membership)
        .update(membership.id, { roleId: builtInRoles.member });
      expect(await create(strict)).to.equal(undefined);
      await until(async () => (await create(other)) === undefined);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('arrives in transactions of another process, too', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'teams-'));
    const env = { DATABASE_URL: `sqlite:${join(folder, 'shared.db')}` };
    try {
      await using one = await start({ env });
      const { actor, teamId, membership } = await memberOf(one, { role: 'member' });
      await using other = await start({ env, settings: { epochMaxAge: 20 } });
      await using strict = await start({ env, settings: { epochMaxAge: 0 } });
      const create = (kernel: typeof one) =>
        codeOf(kernel.service('managers').as(actor).of(Item).create({ title: 'x', teamId }));
      const createWithin = (kernel: typeof one) =>
        kernel
          .service('data')
          .database()
          .transaction(() => create(kernel));
      for (const kernel of [other, strict]) expect(await create(kernel)).to.equal(undefined);
      await one.service('managers').asSystem().of(Membership).delete(membership.id);
      expect(await createWithin(strict)).to.equal('ACCESS_DENIED');
      await until(async () => (await createWithin(other)) === 'ACCESS_DENIED');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('A reload of auth and teams under load', () => {
  it('answers no request with a wrong identity', async () => {
    await using kernel = await start({
      extensions: [],
      env: {},
    });
    const people = await Promise.all(
      Array.from({ length: 4 }, async (_, index) => {
        const { actor, teamId } = await memberOf(kernel, { role: 'viewer' });
        await kernel
          .service('managers')
          .asSystem()
          .of(Item)
          .create({ title: `of ${index}`, teamId });
        return { headers: await actingAs(kernel, actor), title: `of ${index}` };
      }),
    );
    let asking = true;
    const wrong: unknown[] = [];
    let answered = 0;
    const load = people.map(async ({ headers, title }) => {
      while (asking) {
        const response = await kernel.inject('GET', '/items/mine', { headers });
        answered += 1;
        if (response.status !== 200 || response.body !== JSON.stringify([title])) {
          wrong.push([response.status, response.body]);
        }
        await new Promise(setImmediate);
      }
    });
    for (const name of ['auth', 'teams', 'auth', 'teams']) {
      const before = answered;
      await kernel.extensions.reload(name);
      await until(() => answered > before + 20);
    }
    asking = false;
    await Promise.all(load);
    expect(wrong).to.deep.equal([]);
    expect(answered).to.be.greaterThan(80);
  });
});
