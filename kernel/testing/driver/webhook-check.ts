import { ok } from 'node:assert/strict';
import type { Driver } from '../../provider/driver.ts';
import { Bench } from './bench.ts';
import type { Subject } from './subject.ts';

type Webhook = NonNullable<Driver['webhook']>;

export async function refusesUnsigned(subject: Subject, webhook: Webhook): Promise<void> {
  await using bench = await Bench.open(subject);
  const body = Buffer.from('{ "id": "evt_1", "type": "anything" }');
  const request = { headers: { 'content-type': 'application/json' }, body, now: Date.now() };
  const answer: unknown = await Promise.try(() => webhook(bench.client, request)).catch(() => undefined);
  const isVerified =
    typeof answer === 'object' && answer !== null && 'state' in answer && answer.state === 'verified';
  ok(!isVerified, '"webhook" has taken a request that is not signed: anybody can send those.');
}
