import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Database } from '../kernel/data/index.ts';
import {
  type AttemptContext,
  type AttemptJournal,
  defineCapability,
  defineDriver,
  Keyring,
  MemoryInstances,
  Providers,
  Type,
} from '../kernel/index.ts';
import { createLogger, type Logger } from '../kernel/log/index.ts';
import { realClock } from '../kernel/provider/clock.ts';
import { DatabaseJournal } from '../kernel/provider/stored/index.ts';
import { abortRows } from '../test/provider/support/abort-rows.ts';
import { type Measured, rates, scenarios } from '../test/provider/support/acceptance.ts';
import { furtherRows } from '../test/provider/support/further-rows.ts';
import { tablesIn } from '../test/provider/support/tables-in.ts';
import type { Progress } from './options.ts';
import { atMost, type Row, reported } from './report.ts';
import { median, percentile } from './statistics.ts';

type Send = (input: { readonly to: string }, attempt?: AttemptContext) => Promise<unknown>;

/** The acceptance table on a virtual clock, and what a healthy call costs on a real one. */
export async function measureProviders({ quick, tell }: Progress): Promise<readonly Row[]> {
  tell(`providers: ${scenarios.length} scenarios at ${rates.join(', ')} calls/s on a virtual clock`);
  const rows: Row[] = [];
  for (const scenario of scenarios) {
    for (const rate of quick ? rates.slice(0, 3) : rates) rows.push(...(await scenario.run(rate)).map(rowOf));
    tell(`  ${scenario.name}`);
  }
  for (const measure of [...furtherRows, abortRows]) rows.push(...(await measure()).map(rowOf));
  tell('  aborts, crashes, changes');
  return [...rows, ...(await measureOverhead(quick ? 5 : 21))];
}

function rowOf({ scenario, rate, what, figure, required, holds }: Measured): Row {
  return {
    benchmark: `providers: ${scenario}${rate === 0 ? '' : `, ${rate.toLocaleString('en')}/s`}: ${what}`,
    // Shares near 1 are lost in three digits.
    figure: Number(figure.toPrecision(5)),
    target: holds === undefined ? 'reported' : required,
    holds: holds ?? true,
  };
}

async function measureOverhead(rounds: number): Promise<readonly Row[]> {
  const { protect }: { protect: (work: Send) => Send } = await import(
    new URL('peers/cockatiel.mjs', import.meta.url).href
  );
  const bare: Send = async ({ to }) => ({ id: to });
  const none = createLogger({ level: 'info', format: 'json', destination: { write: () => {} } });
  const everyLine = createLogger({ level: 'debug', format: 'json', destination: { write: () => {} } });
  const works = {
    bare,
    cockatiel: protect(bare),
    pool: poolOf('read', bare),
    signal: poolOf('read', async (input, attempt) => bare(input, attempt?.signal ? attempt : undefined)),
    keyed: poolOf('keyed', bare),
    span: poolOf('read', bare, { log: none.log, traces: true }),
    lines: poolOf('read', bare, { log: everyLine.log, traces: true }),
  };
  const times = await compare(rounds, 20_000, works);
  const over = (name: keyof typeof works, base: keyof typeof works = 'bare'): number =>
    median(times[name].map((time, round) => time - (times[base][round] ?? Number.NaN)));
  const rejection = await rejectionTime();
  const kept = await measureKept(rounds * 100);
  return [
    reported('providers: a bare call, µs', median(times.bare)),
    atMost('providers: overhead of a healthy call, counted, µs', over('pool'), 5, 'µs'),
    atMost('providers: a span and a log line below its level, µs more', over('span', 'pool'), 5, 'µs more'),
    atMost('providers: a span and a log line that is written, µs more', over('lines', 'pool'), 5, 'µs more'),
    reported('providers: overhead where the driver takes the signal, µs', over('signal')),
    reported('providers: overhead of a keyed call, journal in memory, µs', over('keyed')),
    kept,
    reported("providers: overhead of cockatiel's retry, breaker and timeout, µs", over('cockatiel')),
    atMost('providers: rejection when nobody can be asked, 99th percentile, ms', rejection, 1, 'ms'),
  ];
}

/** What a keyed call costs whose attempts are written into a file of SQLite before they are sent: five statements. */
async function measureKept(calls: number): Promise<Row> {
  const folder = mkdtempSync(join(tmpdir(), 'backplane-bench-'));
  const database = new Database({ url: `sqlite:${join(folder, 'journal.sqlite')}` });
  try {
    const tables = tablesIn(() => database);
    const journal = new DatabaseJournal({ tables, keyring: new Keyring([]), clock: realClock });
    const send = poolOf('keyed', async ({ to }) => ({ id: to }), undefined, journal);
    for (let call = 0; call < 200; call += 1) await send({ to: 'x' });
    const started = performance.now();
    for (let call = 0; call < calls; call += 1) await send({ to: 'x' });
    const took = ((performance.now() - started) * 1000) / calls;
    return reported('providers: a keyed call, journal in a file of SQLite, µs', took);
  } finally {
    await database.close();
    rmSync(folder, { recursive: true });
  }
}

interface Telemetry {
  readonly log: Logger;
  readonly traces: boolean;
}

/** Three instances of a driver that does the same as the bare call. */
function poolOf(safety: 'read' | 'keyed', work: Send, telemetry?: Telemetry, journal?: AttemptJournal): Send {
  const capability = defineCapability('bench', {
    operations: {
      send: { safety, input: Type.Object({ to: Type.String() }), output: Type.Object({ id: Type.String() }) },
    },
  });
  const driver = defineDriver('bench', {
    capability: 'bench',
    config: Type.Object({}),
    create: () => ({ send: work }),
  });
  const world = {
    capabilities: new Map([['bench', capability]]),
    drivers: new Map([['bench/bench', { driver, owner: 'bench' }]]),
    release: () => {},
  };
  const instances = ['a', 'b', 'c'].map((name) => ({ capability: 'bench', driver: 'bench', name }));
  const providers = new Providers({
    world: () => world,
    stores: [new MemoryInstances(instances)],
    ...(telemetry ? { log: telemetry.log } : {}),
    ...(journal ? { journal } : {}),
  });
  if (telemetry?.traces)
    providers.observe(
      ({ operation }) =>
        () =>
          void operation,
    );
  const { send } = providers.for('bench');
  let number = 0;
  return async (input) => {
    number += 1;
    return send?.(input, safety === 'keyed' ? { operationId: String(number) } : {});
  };
}

/** ms until a call is refused whose instances are all out of order: the 99th percentile. */
async function rejectionTime(): Promise<number> {
  const send = poolOf('read', async () => {
    throw new Error('out of order');
  });
  for (let call = 0; call < 20; call += 1) await send({ to: 'x' }).catch(() => {});
  const times: number[] = [];
  for (let call = 0; call < 200; call += 1) {
    const started = performance.now();
    await send({ to: 'x' }).catch(() => {});
    times.push(performance.now() - started);
  }
  return percentile(times, 0.99);
}

/** µs per call of each in each round, in turn; a first round warms up and does not count. */
async function compare<Name extends string>(
  rounds: number,
  calls: number,
  works: Readonly<Record<Name, Send>>,
): Promise<Readonly<Record<Name, readonly number[]>>> {
  const names = Object.keys(works) as Name[];
  const times = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  const input = { to: 'x' };
  for (let round = -1; round < rounds; round += 1) {
    for (const name of names) {
      const work = works[name];
      const started = performance.now();
      for (let call = 0; call < calls; call += 1) await work(input);
      const took = ((performance.now() - started) * 1000) / calls;
      if (round >= 0) times[name].push(took);
    }
  }
  return times;
}
