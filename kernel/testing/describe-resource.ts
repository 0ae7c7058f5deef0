import { deepEqual, equal, ok, rejects } from 'node:assert/strict';
import type { EntitySchema } from '../data/entity/entity-schema.ts';
import { type Actor, routes } from '../http/index.ts';
import {
  isExternalDefinition,
  isInput,
  type Managers,
  resources,
  scopeKey,
  versionOf,
} from '../resource/index.ts';
import type { ExtensionReference } from './find-extensions.ts';
import { hookProbe, probeMessage } from './hook-probe.ts';
import { NotApplicable } from './not-applicable.ts';
import { plausibleInput } from './plausible-input.ts';
import { type TestKernel, type TestKernelOptions, testKernel } from './test-kernel.ts';

export interface DescribeResourceOptions extends TestKernelOptions {
  /** Values that its inputs need beside those which its `example` and schema give. */
  readonly state?: Readonly<Record<string, unknown>>;
  /** What to change in the test of changes; another plausible value of its first field that may be set, if left out. */
  readonly change?: Readonly<Record<string, unknown>>;
  /** Who makes the rows, where hooks want to know: somebody above all rules, with the role `admin`. Nobody if left out. */
  readonly as?: (kernel: TestKernel) => Promise<Actor>;
}

/** What each test works with. */
interface Bench {
  readonly kernel: TestKernel;
  readonly schema: EntitySchema;
  /** Above access rules. */
  readonly system: Managers;
  /** A plausible input. */
  readonly input: () => Promise<Record<string, unknown>>;
}

/**
 * Describes what every entity must do, as tests of mocha: making, reading, changing and deleting rows, validation, access,
 * pages, soft deletion, hooks, versions (by REST, too, where `rest` is among the extensions) and events. Each test has a kernel and a database of its own.
 *
 * @param entity its definition or name
 *
 * @example
 * describeResource(Post, { from: import.meta.url, extensions: ['..'] });
 */
export function describeResource(
  entity: string | { readonly name: string },
  options: DescribeResourceOptions,
): void {
  const name = typeof entity === 'string' ? entity : entity.name;
  if (isExternalDefinition(entity)) {
    throw new TypeError(
      `describeResource("${name}"): its rows lie behind a provider, and this is for entities with a table. Describe its drivers with describeDriver, and test its manager with testKernel.`,
    );
  }
  const test = (
    title: string,
    body: (bench: Bench) => Promise<void>,
    extensions: readonly ExtensionReference[] = [],
  ): void => {
    it(title, async function () {
      const env = { ROOT_API_KEY: rootApiKey, ...options.env };
      await using kernel = await testKernel({
        ...options,
        env,
        extensions: [...options.extensions, ...extensions],
      });
      const schema = kernel.service('data').schema(name);
      const input = (): Promise<Record<string, unknown>> =>
        plausibleInput(kernel.service('data'), schema, options.state);
      const managers = kernel.service('managers');
      const system = options.as
        ? managers.as(await options.as(kernel))
        : managers.as({ id: 'root', roles: ['admin'] });
      try {
        await body({ kernel, schema, system, input });
      } catch (error) {
        // Shown as pending: what there was nothing to test of has not passed.
        if (error instanceof NotApplicable) this.skip();
        throw error;
      }
    });
  };

  describe(`the resource ${name}`, () => {
    test('makes a row and reads it again', async ({ system, schema, input }) => {
      const values = await input();
      const made = await system.of(schema).create(values);
      const read = await system.of(schema).get(made.id);
      deepEqual(read, made);
      for (const { name: field, readable } of schema.fields.values()) {
        equal(field in read, readable, `"${field}" is ${readable ? 'missing' : 'shown'}`);
      }
    });

    test('names every field that is missing', async ({ system, schema, input }) => {
      const values = await input();
      const required = [...schema.fields.values()].filter(
        (field) =>
          field.name !== scopeKey(schema) &&
          isInput(field) &&
          !field.nullable &&
          field.default === undefined &&
          field.name in values,
      );
      if (required.length === 0) throw new NotApplicable();
      await rejects(system.of(schema).create({}), (error: Error) => {
        for (const field of required) ok(error.message.includes(`/${field.name} `), error.message);
        return true;
      });
    });

    test('refuses what only the server sets, and what it does not know', async ({
      system,
      schema,
      input,
    }) => {
      const values = await input();
      const kept = [...schema.fields.values()].filter((field) => !isInput(field)).map((field) => field.name);
      for (const field of [...kept, 'noSuchField']) {
        await rejects(
          system.of(schema).create({ ...values, [field]: 'x' }),
          { code: 'INPUT_INVALID' },
          field,
        );
      }
    });

    test('changes a row, and tells who listens', async ({ kernel, system, schema, input }) => {
      const heard: string[] = [];
      using _listening = kernel.events.on(`${name}.*`, (_payload, event) => void heard.push(event.name));
      const { id } = await system.of(schema).create(await input());
      const change = options.change ?? changeOf(schema, await input());
      const changed = await system.of(schema).update(id, change);
      for (const [field, value] of Object.entries(change)) {
        if (schema.fields.get(field)?.readable) deepEqual(changed[field], value);
      }
      await system.of(schema).delete(id);
      deepEqual(heard, [`${name}.created`, `${name}.updated`, `${name}.deleted`]);
    });

    test('changes no row that is not what the caller has seen', async ({ system, schema, input }) => {
      if (!schema.timestamps) throw new NotApplicable();
      const { id } = await system.of(schema).create(await input());
      const seen = versionOf(await system.of(schema).get(id)) ?? '';
      const change = options.change ?? changeOf(schema, await input());
      await system.of(schema).update(id, change, { ifVersion: seen });
      const late = system.of(schema).update(id, change, { ifVersion: seen });
      await rejects(late, { code: 'ROW_VERSION_DIFFERS' });
    });

    test('deletes a row, and brings it back where it was marked only', async ({ system, schema, input }) => {
      const rows = system.of(schema);
      const { id } = await rows.create(await input());
      await rows.delete(id);
      await rejects(rows.get(id), { code: 'ROW_NOT_FOUND' });
      if (!schema.softDelete) return;
      equal((await rows.restore(id)).id, id);
      equal((await rows.get(id)).id, id);
    });

    test('shows every row once, page by page, in each order', async ({ system, schema, input }) => {
      const rows = system.of(schema);
      const made: string[] = [];
      for (let index = 0; index < 5; index += 1) made.push((await rows.create(await input())).id);
      const readable = [...schema.sort].filter((field) => schema.fields.get(field)?.readable);
      for (const field of readable) {
        const seen: string[] = [];
        let after: string | undefined;
        do {
          const page = await rows.list({ sort: [`-${field}`], page: { size: 2, after } });
          seen.push(...page.rows.map((row) => row.id));
          after = page.next;
        } while (after !== undefined);
        deepEqual(seen.toSorted(), made.toSorted(), `sorted by "${field}"`);
      }
    });

    test('keeps what may not be read to itself', async ({ system, schema }) => {
      const hidden = [...schema.fields.values()].filter(({ readable }) => !readable);
      if (hidden.length === 0) throw new NotApplicable();
      for (const { name: field } of hidden) {
        const rows = system.of(schema);
        await rejects(rows.list({ fields: [field] }), { code: 'QUERY_FORBIDDEN' });
        await rejects(rows.list({ filter: { [field]: { isNull: true } } }), { code: 'QUERY_FORBIDDEN' });
        await rejects(rows.list({ sort: [field] }));
        await rejects(rows.aggregate({ groupBy: [field] }), { code: 'QUERY_FORBIDDEN' });
      }
    });

    const probe = hookProbe(name);
    after(() => probe[Symbol.dispose]());
    test(
      'is undone with everything when a hook fails, and nobody is told',
      async ({ kernel, system, schema, input }) => {
        const heard: string[] = [];
        using _listening = kernel.events.on(`${name}.*`, (_payload, event) => void heard.push(event.name));
        const values = await input();
        await rejects(system.of(schema).create(values), { message: probeMessage });
        equal(await kernel.service('data').repository(schema).count(), 0);
        deepEqual(heard, []);
      },
      [probe],
    );

    test('is answered with a version by REST, which changes are held to', async ({
      kernel,
      system,
      schema,
      input,
    }) => {
      const resource = kernel.snapshot.get(resources).get(name);
      const collection = `${resource.prefix}/${schema.plural}`;
      const isServed = kernel.snapshot.get(routes).endpoints.some(({ path }) => path === `${collection}/:id`);
      // Without the extension `rest`, or where the entity says that it is not served.
      if (!isServed) throw new NotApplicable();
      const { id } = await system.of(schema).create(await input());
      const root = { 'x-api-key': options.env?.ROOT_API_KEY ?? rootApiKey };
      const path = `${collection}/${id}`;
      const etag = String((await kernel.inject('GET', path, { headers: root })).headers.etag);
      const again = await kernel.inject('GET', path, { headers: { ...root, 'if-none-match': etag } });
      equal(again.status, 304);
      const headers = { ...root, 'if-match': etag };
      const body = options.change ?? changeOf(schema, await input());
      equal((await kernel.inject('PATCH', path, { headers, body })).status, 200);
      equal((await kernel.inject('PATCH', path, { headers, body })).status, 412);
    });

    for (const [who, actor] of strangers) {
      test(`gives ${who} no row that it does not list`, async ({ kernel, system, schema, input }) => {
        const made = [
          await system.of(schema).create(await input()),
          await system.of(schema).create(await input()),
        ];
        const rows = kernel.service('managers').as(actor).of(schema);
        const listed = await rows.list().then(
          (page) => page.rows.map((row) => row.id),
          (): string[] => [],
        );
        for (const { id } of made) {
          const isRead = await rows.get(id).then(
            () => true,
            () => false,
          );
          equal(isRead, listed.includes(id));
          if (!isRead) await rejects(rows.update(id, {}));
          if (!isRead) await rejects(rows.delete(id));
        }
      });
    }
  });
}

/** Of kernels under test alone. */
const rootApiKey = 'the root key of kernels under test';

const strangers = [
  ['somebody without credentials', undefined],
  ['somebody without grants', { id: '0190a000-0000-7000-8000-00000000beef', roles: [] }],
] as const;

/** Another value for the first field that may be changed. */
function changeOf(schema: EntitySchema, other: Readonly<Record<string, unknown>>): Record<string, unknown> {
  for (const field of schema.fields.values()) {
    if (isInput(field) && !field.references && field.name in other)
      return { [field.name]: other[field.name] };
  }
  return {};
}
