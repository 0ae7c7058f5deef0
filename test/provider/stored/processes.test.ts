import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect } from 'chai';
import { type Capability, Keyring, MemoryInstances, Providers, Secret } from '../../../kernel/index.ts';
import { realClock } from '../../../kernel/provider/clock.ts';
import { DatabaseJournal } from '../../../kernel/provider/stored/index.ts';
import { until } from '../../../kernel/testing/index.ts';
import { ChargeApi } from '../support/charge-api.ts';
import { chargeCapability, chargeDriver } from '../support/charge-driver.ts';
import { inEveryPlace, type Place } from '../support/places.ts';
import { rejectionOf } from '../support/scripted.ts';
import { worldOf } from '../support/world.ts';

const script = join(import.meta.dirname, '../support/charging-process.ts');

/** Another process that charges, when it is told to. */
class Charger {
  readonly child: ChildProcess;
  readonly #lines: string[] = [];

  constructor(...given: readonly string[]) {
    this.child = spawn(process.execPath, [script, ...given], { stdio: ['pipe', 'pipe', 'inherit'] });
    if (this.child.stdout) createInterface(this.child.stdout).on('line', (line) => this.#lines.push(line));
  }

  ready(): Promise<unknown> {
    return until(() => this.#lines[0] === 'ready', { timeout: 30_000 });
  }

  begin(): void {
    this.child.stdin?.write('go\n');
  }

  answer(): Promise<string> {
    return until(() => this.#lines[1] ?? '', { timeout: 30_000 });
  }
}

inEveryPlace('processes that share a database', (makePlace) => {
  const key = randomBytes(32).toString('base64');
  let place: Place;
  let api: ChargeApi;

  before(async () => {
    place = await makePlace();
    await place.tables().use();
  });
  beforeEach(async () => {
    api = await ChargeApi.start();
  });
  afterEach(() => api[Symbol.asyncDispose]());

  /** This process, as it shares the journal. */
  function providersHere(capability: Capability): Providers {
    const world = worldOf(capability, [chargeDriver(false)]);
    const keyring = new Keyring([key]);
    const journal = new DatabaseJournal({ tables: place.tables(), keyring, clock: realClock });
    const instance = {
      capability: 'charging',
      name: 'main',
      driver: 'charge-api',
      config: { url: api.url },
      secrets: { apiKey: new Secret('sk_test_1') },
    };
    return new Providers({ world: () => world, journal, stores: [new MemoryInstances([instance])] });
  }

  it('do the same work once, when two begin it in the same moment', async () => {
    for (const safety of ['keyed', 'atMostOnce'] as const) {
      const operationId = `race-${safety}`;
      const chargers = [1, 2].map(() => new Charger(place.url, api.url, key, operationId, safety));
      await Promise.all(chargers.map((charger) => charger.ready()));
      for (const charger of chargers) charger.begin();
      const answers = await Promise.all(chargers.map((charger) => charger.answer()));
      expect(api.effects.filter((effect) => effect === `charge:${operationId}`)).to.have.length(1);
      const done = answers.filter((answer) => answer.startsWith('{"id":"ch_'));
      expect(done.length, answers.join()).to.be.at.least(1);
      // Whoever came too early is told so; whoever came later is given the answer.
      for (const answer of answers)
        expect(answer).to.satisfy((one: string) => one === done[0] || one === 'PROVIDER_OPERATION_RUNNING');
    }
  }).timeout(90_000);

  for (const safety of ['keyed', 'atMostOnce'] as const) {
    it(`find what one was doing that was killed between request and answer: ${safety}`, async () => {
      const operationId = `crash-${safety}`;
      const providers = providersHere(chargeCapability(safety));
      const call = () =>
        providers.for('charging').charge?.({ amount: 1 }, { operationId }) ?? Promise.reject();
      api.isSilent = true;
      const charger = new Charger(place.url, api.url, key, operationId, safety);
      await charger.ready();
      charger.begin();
      await until(() => api.effects.length === 1, { timeout: 30_000 });
      charger.child.kill('SIGKILL');
      await once(charger.child, 'exit');
      api.isSilent = false;
      // For as long as it may be alive, nobody touches its work.
      expect((await rejectionOf(call())).code).to.equal('PROVIDER_OPERATION_RUNNING');
      expect(await providers.reconcile()).to.deep.equal({ done: 0, notDone: 0, unknown: 0 });
      // Its lease is over.
      await place.open().run('update backplane_provider_operations set lease_until = 0');
      expect(await providers.reconcile()).to.deep.equal({ done: 1, notDone: 0, unknown: 0 });
      expect(await call()).to.deep.include({ value: { id: 'ch_1' }, attempts: [] });
      expect(api.effects).to.deep.equal([`charge:${operationId}`]);
    }).timeout(90_000);
  }

  it('settle by a webhook what another process has begun', async () => {
    const operationId = 'webhook';
    const [one, other] = [
      providersHere(chargeCapability('atMostOnce')),
      providersHere(chargeCapability('atMostOnce')),
    ];
    const call = (providers: Providers) =>
      providers.for('charging').charge?.({ amount: 1 }, { operationId, deadline: 3_000 }) ?? Promise.reject();
    api.isSilent = true;
    const error = await rejectionOf(call(one));
    expect(error.code).to.equal('PROVIDER_OUTCOME_UNKNOWN');
    await other.settle('charging', operationId, { state: 'done', value: { id: 'by webhook' } });
    expect(await call(one)).to.deep.include({ value: { id: 'by webhook' } });
    expect((await rejectionOf(other.settle('charging', operationId, { state: 'notDone' }))).code).to.equal(
      'PROVIDER_ATTEMPT_UNKNOWN',
    );
  });
});
