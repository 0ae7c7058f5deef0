import { setImmediate as nextTurn } from 'node:timers/promises';
import { inspect } from 'node:util';
import { isBackplaneError } from '../../errors.ts';
import { createLogger } from '../../log/index.ts';
import { driverKey } from '../../provider/capabilities.ts';
import { Capability, type Operation } from '../../provider/capability.ts';
import type { Driver } from '../../provider/driver.ts';
import type { InstanceDefinition } from '../../provider/instance-definition.ts';
import { MemoryInstances } from '../../provider/instance-store.ts';
import { Providers } from '../../provider/providers.ts';
import { seededRandom } from '../seeded-random.ts';
import { until } from '../until.ts';
import { VirtualClock } from '../virtual-clock.ts';
import type { ApiAddress } from './api-model.ts';
import type { Fault } from './fault.ts';
import type { Gate } from './gate.ts';
import { nowhere, Site } from './site.ts';
import type { Subject } from './subject.ts';
import { type Watch, WatchedDriver } from './watched-driver.ts';

/** How long an attempt may take and a call, in milliseconds of the virtual clock. */
const attemptTimeout = 8_000;
const deadline = 30_000;
/** How the clock goes on while nothing is on its way. */
const step = 100;
/** Milliseconds of real time after which a run is stuck. */
const patience = 15_000;

export interface PoolPlan {
  readonly subject: Subject;
  readonly operation: Operation;
  /** Of the first instance, which is asked first. */
  readonly fault: Fault;
  readonly address: ApiAddress | undefined;
  readonly count: number;
  /** All instances have the same account at the API, and know each other's keys; else each has its own. */
  readonly isShared: boolean;
  /** It goes wrong the first time only. */
  readonly isOnce: boolean;
  /** Whatever comes after the work comes after every answer. */
  readonly always: boolean;
}

/** What came of a call through a real pool. */
export interface PoolResult {
  /** How often the work was done, by all accounts together, also by what arrived late. */
  readonly effects: number;
  /** `ok`, or the code of the error. */
  readonly outcome: string;
  /** Are there still connections to the API, although nobody waits for anything? */
  readonly isOpen: boolean;
  /** Does the input name what the first account alone knows? */
  readonly isBound: boolean;
  /** Everything that was told of it, as it is told. */
  readonly told: string;
  /** The attempts, for messages. */
  readonly story: string;
}

/** Calls an operation once through a pool of instances, the first of which has the fault. Time is virtual, the API is real. */
export async function poolRun(plan: PoolPlan): Promise<PoolResult> {
  const { subject, operation, fault, address, count, isShared, isOnce, always } = plan;
  const sites = isShared
    ? [await Site.open(subject, count)]
    : await Promise.all(Array.from({ length: count }, () => Site.open(subject)));
  const clock = new VirtualClock(Date.now());
  const watched = new WatchedDriver(subject.driver);
  const watches: { readonly watch: Watch; readonly gate: Gate | undefined; readonly isFaulty: boolean }[] =
    [];
  const instances = Array.from({ length: count }, (_, index): InstanceDefinition => {
    const site = isShared ? sites[0] : sites[index];
    const gate = isShared ? site?.gates[index] : site?.gates[0];
    const isFaulty = index === 0;
    const at = (isFaulty ? address : undefined) ?? gate?.address ?? nowhere;
    const { config, secrets } = subject.instance(at);
    watches.push({ watch: watched.watch(secrets), gate, isFaulty });
    return {
      capability: subject.capability.name,
      driver: subject.driver.name,
      name: `instance-${index}`,
      priority: index,
      config,
      secrets,
      ...(isShared ? { deduplication: 'one account' } : {}),
    };
  });
  const lines: string[] = [];
  const destination = { write: (line: string) => lines.push(line) };
  const { log } = createLogger({ level: 'trace', format: 'json', destination });
  const capability = patient(subject.capability);
  const world = worldOf(capability, watched.driver);
  const options = { world: () => world, clock, random: seededRandom(1) };
  const providers = new Providers({ ...options, log, stores: [new MemoryInstances(instances)] });
  // What an input needs is made first, while all is well.
  const preparing = new Providers({
    ...options,
    stores: [new MemoryInstances([preparation(subject, sites[0])])],
  });
  try {
    let made = 0;
    const call = async (name: string, given: unknown): Promise<unknown> => {
      made += 1;
      const result = await preparing.for(capability.name)[name]?.(given, { operationId: `first ${made}` });
      return result?.value;
    };
    const input = await subject.input(operation, { number: 1, call });
    const before = total(sites);
    const faulty = watches[0];
    if (fault.behaviour) faulty?.gate?.arm({ behaviour: fault.behaviour, isOnce, always });
    const calling = providers.for(capability.name)[operation.name]?.(input, { operationId: 'conformance' });
    if (calling === undefined) throw new Error(`The pool has no "${operation.name}"`);
    const isIdle = (): boolean =>
      watches.every(({ watch, gate, isFaulty }) => {
        const isHeld = isFaulty && (gate?.held ?? 0) >= watch.begun;
        return watch.running === 0 || isHeld;
      });
    const ending = await drive(clock, calling, isIdle);
    const gates = sites.flatMap((site) => site.gates);
    const closed = until(() => gates.every(({ open }) => open === 0), { timeout: 2_000 });
    const isOpen = await closed.then(
      () => false,
      () => true,
    );
    // What was only late is done now.
    for (const gate of gates) await gate.release().catch(() => {});
    const effects = total(sites) - before;
    const outcome = ending.error === undefined ? 'ok' : codeOf(ending.error);
    const told = [
      ending.error === undefined
        ? JSON.stringify(ending.value)
        : inspect(ending.error, { depth: 10, showHidden: true }),
      ...lines,
    ];
    const story = JSON.stringify(attemptsOf(ending));
    return {
      effects,
      outcome,
      isOpen,
      isBound: made > 0 && !isShared,
      told: [...told, JSON.stringify(providers.list())].join('\n'),
      story,
    };
  } finally {
    await providers[Symbol.asyncDispose]();
    await preparing[Symbol.asyncDispose]();
    for (const site of sites) await site[Symbol.asyncDispose]();
  }
}

type Ending = { readonly value: unknown; readonly error?: undefined } | { readonly error: object };

/** Lets time pass whenever nothing is on its way but what never comes. */
async function drive(clock: VirtualClock, calling: Promise<unknown>, isIdle: () => boolean): Promise<Ending> {
  let ending: Ending | undefined;
  calling.then(
    (value) => {
      ending = { value };
    },
    (error: unknown) => {
      ending = { error: Error.isError(error) ? error : new Error(String(error)) };
    },
  );
  const stuck = performance.now() + patience;
  for (;;) {
    await nextTurn();
    if (ending !== undefined) return ending;
    if (isIdle()) await clock.advance(step);
    if (performance.now() > stuck) {
      throw new Error(
        `A call through the pool has not ended within ${patience / 1000} s: the driver has not answered a call that the API has answered.`,
      );
    }
  }
}

/** The capability with times that a virtual clock decides about. */
function patient({ name, declared }: Capability): Capability {
  const operations = Object.entries(declared).map(([operation, { hedge: _hedge, ...rest }]) => [
    operation,
    { ...rest, attemptTimeout, deadline },
  ]);
  return new Capability(name, { operations: Object.fromEntries(operations) });
}

function worldOf(
  capability: Capability,
  driver: Driver,
): ReturnType<ConstructorParameters<typeof Providers>[0]['world']> {
  return {
    capabilities: new Map([[capability.name, capability]]),
    drivers: new Map([[driverKey(capability.name, driver.name), { driver, owner: 'the suite' }]]),
    release: () => {},
  };
}

const total = (sites: readonly Site[]): number => sites.reduce((sum, site) => sum + site.effects(), 0);

const codeOf = (error: object): string =>
  isBackplaneError(error) ? error.code : 'code' in error ? String(error.code) : String(error);

function attemptsOf(ending: Ending): unknown {
  const { error } = ending;
  const holder: unknown = isBackplaneError(error)
    ? error.details
    : error === undefined
      ? ending.value
      : error;
  return typeof holder === 'object' && holder !== null && 'attempts' in holder
    ? holder.attempts
    : String(error);
}

function preparation(subject: Subject, site: Site | undefined): InstanceDefinition {
  const { config, secrets } = subject.instance(site?.address() ?? nowhere);
  const { capability, driver } = subject;
  return { capability: capability.name, driver: driver.name, name: 'preparation', config, secrets };
}
