import { deepEqual, equal, fail, ok } from 'node:assert/strict';
import { NotApplicable } from '../not-applicable.ts';
import { Bench } from './bench.ts';
import { nowhere, Site, WatchedSecrets } from './site.ts';
import type { Subject } from './subject.ts';

export function isOfItsCapability({ driver, capability }: Subject): void {
  equal(
    driver.capability,
    capability.name,
    `The driver is for "${driver.capability}", and is tested as one for "${capability.name}".`,
  );
}

export function hasFittingConfiguration(subject: Subject): void {
  const { config } = subject.instance(nowhere);
  const { properties = {} } = subject.driver.config as { properties?: Readonly<Record<string, unknown>> };
  const defaulted = Object.keys(properties).filter((name) => {
    const schema = properties[name];
    return typeof schema === 'object' && schema !== null && 'default' in schema;
  });
  const withoutDefaults = structuredClone(config);
  for (const name of defaulted) delete withoutDefaults[name];
  const wrong = subject
    .configFaults(withoutDefaults)
    .filter((fault) => defaulted.some((name) => fault.startsWith(`/config/${name} `)));
  deepEqual(wrong, [], 'A default does not fit its own schema.');
  const faults = subject.configFaults(structuredClone(config));
  deepEqual(faults, [], 'The configuration that "instance" gives does not fit.');
}

export async function declaresItsCredentials(subject: Subject): Promise<void> {
  const { driver } = subject;
  await using site = await Site.open(subject);
  const { config, secrets } = subject.instance(site.address());
  const given = Object.keys(secrets);
  const declared = [...driver.secrets, ...driver.optionalSecrets];
  const missing = driver.secrets.filter((name) => !given.includes(name));
  deepEqual(missing, [], 'The driver declares credentials in "secrets" that "instance" does not give.');
  const strange = given.filter((name) => !declared.includes(name));
  deepEqual(strange, [], 'The credentials that "instance" gives are not those that the driver declares.');
  subject.configFaults(config);
  const watched = new WatchedSecrets(secrets);
  const client = driver.create(config, watched.all);
  try {
    // What is only read with a call.
    for (const operation of subject.operations) {
      const work: unknown = Reflect.get(client, operation.name);
      if (typeof work !== 'function' || driver.secrets.every((name) => watched.asked.has(name))) continue;
      const bench = new Bench(subject, site);
      const input = await bench.input(operation);
      const signal = new AbortController().signal;
      const context = { key: `${operation.name}:secrets`, signal, timeout: 1000, number: 1 };
      await Promise.try(() => work.call(client, input, context)).catch(() => {});
      await bench.release();
    }
  } finally {
    await driver.dispose?.(client);
  }
  const undeclared = [...watched.asked].filter((name) => !declared.includes(name));
  deepEqual(undeclared, [], 'The driver uses credentials that it does not declare in "secrets".');
  const unused = declared.filter((name) => !watched.asked.has(name));
  deepEqual(unused, [], 'The driver declares credentials in "secrets" that it never looks at.');
}

export async function implementsEveryOperation(subject: Subject): Promise<void> {
  await using bench = await Bench.open(subject);
  const missing = subject.operations
    .map(({ name }) => name)
    .filter((name) => typeof Reflect.get(bench.client, name) !== 'function');
  deepEqual(missing, [], 'What "create" returns has no function for these operations.');
}

export async function makesIndependentClients(subject: Subject): Promise<void> {
  if (subject.kind === 'local') throw new NotApplicable();
  const operation = subject.operations.find(({ repeatable }) => !repeatable) ?? subject.operations[0];
  if (operation === undefined) throw new NotApplicable();
  await using one = await Bench.open(subject);
  await using other = await Bench.open(subject);
  ok(one.client !== other.client, '"create" returns the same client for two instances.');
  const input = await one.input(operation);
  const otherInput = await other.input(operation);
  const asked = other.gate.requests.length;
  const first = one.gate.requests.length;
  await one.succeed(operation, input);
  equal(
    other.gate.requests.length,
    asked,
    'A call of the first client went to the API of the second: clients share something that is made once.',
  );
  ok(one.gate.requests.length > first, 'A call of the first client did not go to its own API.');
  await one.release();
  try {
    await other.succeed(operation, otherInput);
  } catch (error) {
    fail(`After the first client was released, the second fails: ${String(error)}`);
  }
}
