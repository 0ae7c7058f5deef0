/** A process that charges once: `node charging-process.ts DATABASE_URL API_URL SECRETS_KEY OPERATION_ID SAFETY`. */
import { Database } from 'backplane/data';
import { isBackplaneError, Keyring, MemoryInstances, Providers, Secret } from '../../../kernel/index.ts';
import { realClock } from '../../../kernel/provider/clock.ts';
import { DatabaseJournal } from '../../../kernel/provider/stored/index.ts';
import { chargeCapability, chargeDriver } from './charge-driver.ts';
import { tablesIn } from './tables-in.ts';
import { worldOf } from './world.ts';

const [databaseUrl = '', url = '', key = '', operationId = '', safety = ''] = process.argv.slice(2);
const database = new Database({ url: databaseUrl });
const keyring = new Keyring([key]);
const journal = new DatabaseJournal({ tables: tablesIn(() => database), keyring, clock: realClock });
const world = worldOf(chargeCapability(safety === 'keyed' ? 'keyed' : 'atMostOnce'), [chargeDriver(false)]);
const providers = new Providers({
  world: () => world,
  journal,
  stores: [
    new MemoryInstances([
      {
        capability: 'charging',
        name: 'main',
        driver: 'charge-api',
        config: { url },
        secrets: { apiKey: new Secret('sk_test_1') },
      },
    ]),
  ],
});
// Both are ready before either begins.
await journal.unsettled();
process.stdout.write('ready\n');
await new Promise((resolve) => process.stdin.once('data', resolve));
const answer = await providers
  .for('charging')
  .charge?.({ amount: 1 }, { operationId })
  .then(
    ({ value }) => JSON.stringify(value),
    (error: unknown) => (isBackplaneError(error) ? error.code : String(error)),
  );
process.stdout.write(`${answer}\n`);
process.exit(0);
