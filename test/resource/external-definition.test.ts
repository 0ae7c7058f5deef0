import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  authorities,
  belongsTo,
  Container,
  can,
  capabilities,
  defineCapability,
  defineEntity,
  defineExternalEntity,
  defineManager,
  type ExternalDefinition,
  type ExternalOptions,
  entities,
  extendEntity,
  externalOperations,
  type Hook,
  hookRegistry,
  hooks,
  type Method,
  managerRegistry,
  resources,
  rows,
  rules,
  type Static,
  Type,
  through,
} from 'backplane';
import { expect } from 'chai';
import { createLogger } from '../../kernel/log/index.ts';
import { compileSnapshot } from '../../kernel/snapshot/index.ts';
import { extensionFolder } from '../../kernel/testing/index.ts';
import { cli, installGuide } from '../support/guide.ts';
import { Contact } from './support/crm/entities/contact.ts';
import { openCrm, thrown } from './support/open-crm.ts';

const { log } = createLogger({ level: 'silent', format: 'json', context: () => undefined });
const owner = { name: 'crm', generation: 1, prefix: '/crm', container: new Container({ owner: 'crm' }), log };

interface Given {
  readonly entities: readonly unknown[];
  readonly capability?: readonly unknown[];
  readonly hooks?: readonly Hook[];
  readonly methods?: Readonly<Record<string, Method>>;
}

function compile(given: Given) {
  const all: readonly (readonly [{ readonly name: string }, readonly unknown[]])[] = [
    [entities, given.entities],
    [capabilities, given.capability ?? []],
    [hookRegistry, given.hooks ?? []],
    [
      managerRegistry,
      given.methods ? [defineManager({ name: 'crm.deal', options: { fields: {} } }, given.methods)] : [],
    ],
  ];
  return compileSnapshot({
    owners: new Map([['crm', owner]]),
    registries: [entities, authorities, rules, hookRegistry, managerRegistry, capabilities, resources].map(
      (registry) => ({ registry, owner: 'kernel' }),
    ),
    contributions: new Map(
      all.map(([{ name }, values]) => [name, values.map((value) => ({ owner, source: 'test', value }))]),
    ),
  });
}

function messageOf(given: Given): string {
  try {
    compile(given);
  } catch (error) {
    return String(error);
  }
  return 'no fault';
}

const fields = { title: Type.String({ maxLength: 100 }), ownerId: Type.Optional(Type.String()) };

function deal(options: object = {}): ExternalDefinition {
  const usual = { capability: 'crm', operations: { list: 'listDeals', get: 'getDeal' }, fields };
  return defineExternalEntity('crm.deal', { ...usual, ...options } as ExternalOptions);
}

function crmOf(definition: ExternalDefinition, more: object = {}) {
  const { list, get } = externalOperations(definition);
  return defineCapability('crm', { operations: { listDeals: list, getDeal: get, ...more } });
}

/** The faults of an entity whose capability is as it should be. */
const faultsOf = (options: object): string =>
  messageOf({ entities: [deal(options)], capability: [crmOf(deal(options))] });

describe('the definition of an entity behind a provider', () => {
  it('is sound with a capability that has its operations', () => {
    const view = compile({ entities: [deal()], capability: [crmOf(deal())] });
    const resource = view.get(resources).get('crm.deal');
    expect([...resource.schema.fields.keys()]).to.deep.equal(['id', 'title', 'ownerId']);
    expect(view.get(entities).all).to.deep.equal([]);
  });

  it('types what drivers are given and what they give', () => {
    const { list, create, update } = externalOperations(Contact);
    type Input = Static<typeof list.input>;
    const read = ({ filter, orderBy }: Input) => {
      const email: string | undefined = filter.email?.eq;
      const states: readonly ('lead' | 'customer' | 'lost')[] | undefined = filter.state?.in;
      const sorted: 'name' | 'createdAt' | undefined = orderBy[0]?.field;
      // @ts-expect-error it cannot filter by it
      void filter.name;
      // @ts-expect-error nor by this operator
      void filter.email?.startsWith;
      return [email, states, sorted];
    };
    const values: Static<typeof create.input>['values'] = { name: 'Ann', state: 'lead', visits: 0 };
    // @ts-expect-error a name is needed
    const nameless: Static<typeof create.input>['values'] = { state: 'lead', visits: 0 };
    const changes: Static<typeof update.input>['changes'] = { email: null };
    // @ts-expect-error who makes rows is the provider
    const row: Static<typeof create.output> = { name: 'Ann', state: 'lead', visits: 0 };
    expect([read, values, nameless, changes, row].length).to.equal(5);
  });

  it('tells everything that is wrong with its options at once', () => {
    const told = faultsOf({
      operations: { lst: 'listDeals', delete: 'deleteDeal' },
      softDelete: true,
      relations: {},
      filtr: {},
      tenant: 'me',
    });
    expect(told).to.contain('"lst" is unknown. Did you mean "list"?');
    expect(told).to.contain('"delete" without "get"');
    expect(told).to.contain('"softDelete" is unknown');
    expect(told).to.contain('"relations" is unknown');
    expect(told).to.contain('"filtr" is unknown. Did you mean "filter"?');
    expect(told).to.contain('"tenant" must be a function');
  });

  it('names fields and operators that there are', () => {
    const told = faultsOf({ filter: { titel: ['eq'], title: ['eq', 'startWith'] }, sort: ['owner'] });
    expect(told).to.contain('"owner" in "sort" is no field');
    expect(told).to.contain('"titel" in "filter" is no field of it. Did you mean "title"?');
    expect(told).to.contain('"startWith" of "title"').and.to.contain('Did you mean "startsWith"?');
  });

  it('asks for nothing that only a database can check', () => {
    const told = faultsOf({ fields: { title: Type.String({ unique: true }) } });
    expect(told).to.contain('"title" says "unique", which only a database can check');
  });

  it('needs its capability, with its own operations as they are now', () => {
    expect(messageOf({ entities: [deal()] })).to.contain('"crm" is declared by nobody');
    const other = deal({ fields: { ...fields, worth: Type.Integer() } });
    expect(messageOf({ entities: [other], capability: [crmOf(deal())] })).to.contain(
      'listDeals: externalOperations(…).list',
    );
    const unknown = deal({ operations: { list: 'listDeal' } });
    expect(messageOf({ entities: [unknown], capability: [crmOf(deal())] })).to.contain(
      '"listDeal", which is no operation of "crm". Did you mean "listDeals"?',
    );
    const owned = defineCapability('crm', { operations: crmOf(deal()).declared, tenants: 'own' });
    expect(messageOf({ entities: [deal()], capability: [owned] })).to.contain('belong to tenants');
    const told = { entities: [deal({ tenant: () => 'a' })], capability: [owned] };
    expect(messageOf(told)).to.equal('no fault');
  });

  it('has no rule that takes a database to answer, nor one about what it does not offer', () => {
    expect(
      faultsOf({ access: { read: can('crm.deal:read').or(rows({ owner: { name: { eq: 'x' } } })) } }),
    ).to.contain('no field or relation "owner"');
    const rule = can('crm.deal:read').or(through('team', 'read'));
    expect(faultsOf({ access: { read: rule } })).to.contain(
      'through("team") cannot be evaluated: the rows lie behind a provider',
    );
    expect(faultsOf({ access: { delete: can('crm.deal:delete') } })).to.contain(
      'there is no operation "delete"',
    );
  });

  it('is hooked where it does something', () => {
    const given = { entities: [deal()], capability: [crmOf(deal())] };
    const hook = hooks.before('*', 'create', () => {});
    expect(messageOf({ ...given, hooks: [hook] })).to.equal('no fault');
    const own = hooks.before(deal(), 'create', () => {});
    expect(messageOf({ ...given, hooks: [own] })).to.contain('"crm.deal" has no operation "create"');
  });

  it('is extended by nobody, and related to by no table', () => {
    const extension = extendEntity('crm.deal', { fields: { more: Type.String() } });
    const given = { entities: [deal(), extension], capability: [crmOf(deal())] };
    expect(messageOf(given)).to.contain('It cannot be extended');
    const note = defineEntity('crm.note', { fields: {}, relations: { deal: belongsTo('crm.deal') } });
    const told = messageOf({ entities: [deal(), note], capability: [crmOf(deal())] });
    expect(told).to.contain('Its relation "deal" leads to "crm.deal", whose rows lie behind a provider');
    expect(told).to.contain("services.managers.of('crm.deal').get(dealId)");
    const twin = defineEntity('crm.deal', { fields: {} });
    expect(messageOf({ entities: [deal(), twin], capability: [crmOf(deal())] })).to.contain('defined twice');
  });
});

describe('an entity behind a provider, as a contribution', () => {
  it('is changed by a reload, kept by a bad one, and gone with its extension', async () => {
    const source = (field: string, operation = 'get'): string => `
      import { defineExternalEntity, everybody, Type } from 'backplane';
      export const Deal = defineExternalEntity('deals.deal', {
        capability: 'deals',
        operations: { ${operation}: 'getDeal' },
        fields: { ${field}: Type.String() },
        access: { read: everybody() },
      });`;
    using deals = extensionFolder({
      'manifest.json': { name: 'deals', version: '1.0.0' },
      'entities/deal.ts': source('title'),
      'capabilities/deals.ts': `
        import { defineCapability, externalOperations } from 'backplane';
        import { Deal } from '../entities/deal.ts';
        export default defineCapability('deals', { operations: { getDeal: externalOperations(Deal).get } });`,
      'drivers/memory.ts': `
        import { defineDriver, Type } from 'backplane';
        export default defineDriver('memory', {
          capability: 'deals',
          config: Type.Object({}),
          create: () => ({ getDeal: ({ id }) => ({ id, title: 'Big', name: 'Bigger' }) }),
        });`,
    });
    await using crm = await openCrm({
      extensions: [deals, join(import.meta.dirname, '../../extensions/rest')],
      instances: ['main'],
      providers: { deals: [{ name: 'only', driver: 'memory' }] },
    });
    const { kernel } = crm;
    const read = async () => {
      const { status, body } = await kernel.inject('GET', '/deals/deals/d-1');
      return status === 200 ? JSON.parse(body) : status;
    };
    expect(await read()).to.deep.equal({ id: 'd-1', title: 'Big' });
    deals.write({ 'entities/deal.ts': source('name') });
    await kernel.extensions.sync(['deals']);
    expect(await read()).to.deep.equal({ id: 'd-1', name: 'Bigger' });
    deals.write({ 'entities/deal.ts': source('name', 'gett') });
    await kernel.extensions.sync(['deals']);
    expect(await read()).to.deep.equal({ id: 'd-1', name: 'Bigger' });
    deals.remove();
    await kernel.extensions.sync(['deals']);
    expect(await read()).to.equal(404);
    const managers = kernel.service('managers').asSystem();
    expect(() => managers.of({ name: 'deals.deal' })).to.throw('There is no entity "deals.deal"');
  });

  it('asks the instances of the tenant that it names', async () => {
    using files = extensionFolder({
      'manifest.json': { name: 'files', version: '1.0.0' },
      'entities/file.ts': `
        import { defineExternalEntity, everybody, Type } from 'backplane';
        export const File = defineExternalEntity('files.file', {
          capability: 'files',
          operations: { get: 'getFile' },
          fields: { home: Type.String() },
          tenant: (actor) => actor?.id,
          access: { read: everybody() },
        });`,
      'capabilities/files.ts': `
        import { defineCapability, externalOperations } from 'backplane';
        import { File } from '../entities/file.ts';
        export default defineCapability('files', { tenants: 'own', operations: { getFile: externalOperations(File).get } });`,
      'drivers/memory.ts': `
        import { defineDriver, Type } from 'backplane';
        export default defineDriver('memory', {
          capability: 'files',
          config: Type.Object({ home: Type.String() }),
          create: ({ home }) => ({ getFile: ({ id }) => ({ id, home }) }),
        });`,
    });
    const instance = (tenant: string) => ({
      name: 'own',
      driver: 'memory',
      tenant,
      config: { home: tenant },
    });
    await using crm = await openCrm({
      extensions: [files],
      providers: { files: [instance('ann'), instance('ben')] },
    });
    const home = async (id: string) =>
      crm.kernel.service('managers').as({ id, roles: [] }).of({ name: 'files.file' }).get('f-1');
    expect(await home('ann')).to.deep.equal({ id: 'f-1', home: 'ann' });
    expect(await home('ben')).to.deep.equal({ id: 'f-1', home: 'ben' });
    expect(await thrown(home('cid'))).to.have.property('code', 'PROVIDER_UNAVAILABLE');
  });

  it('makes no migration', async () => {
    const guide = [
      ['extensions/deals/manifest.json', 'json', '{ "name": "deals", "version": "1.0.0" }'],
      [
        'extensions/deals/entities/all.ts',
        'ts',
        `import { defineEntity, defineExternalEntity, Type } from 'backplane';
export const Deal = defineExternalEntity('deals.deal', {
  capability: 'deals', operations: { get: 'getDeal' }, fields: { title: Type.String() },
});
export const Note = defineEntity('deals.note', { fields: { dealId: Type.String({ maxLength: 255 }) } });`,
      ],
    ]
      .map(([path, language, text]) => `\`${path}\`\n\n\`\`\`${language}\n${text}\n\`\`\`\n`)
      .join('\n');
    using application = installGuide(guide, { EXTENSIONS: 'deals' });
    const told = await application.run(cli, 'db', 'make');
    expect(told).to.contain('deals_notes');
    expect(told).to.not.contain('deals_deals');
    const folder = join(application.path, 'extensions/deals/migrations');
    expect(existsSync(folder) && readdirSync(folder).length).to.equal(1);
    expect(await application.run(cli, 'db', 'make')).to.match(/nothing|up to date|no change/i);
  });
});
