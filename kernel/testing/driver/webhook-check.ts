import { ok } from 'node:assert/strict';
import type { Driver } from '../../provider/driver.ts';
import { Bench } from './bench.ts';
import type { Subject } from './subject.ts';

type Webhook = (client: object, request: object) => unknown;

/** What verifies what the API sends of its own accord, if the driver has it. */
export function webhookOf(driver: Driver): Webhook | undefined {
  const webhook: unknown = 'webhook' in driver ? driver.webhook : undefined;
  if (typeof webhook !== 'function') return undefined;
  return (client, request) => webhook.call(driver, client, request);
}

export async function refusesUnsigned(subject: Subject, webhook: Webhook): Promise<void> {
  await using bench = await Bench.open(subject);
  const body = Buffer.from('{ "id": "evt_1", "type": "anything" }');
  const request = { headers: { 'content-type': 'application/json' }, body, now: Date.now() };
  const answer: unknown = await Promise.try(() => webhook(bench.client, request)).catch(() => undefined);
  const isVerified =
    typeof answer === 'object' && answer !== null && 'state' in answer && answer.state === 'verified';
  ok(!isVerified, '"webhook" has taken a request that is not signed: anybody can send those.');
}
