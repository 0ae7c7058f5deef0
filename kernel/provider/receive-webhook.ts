import type { InstanceSet } from './instance-set.ts';
import { scrubbedError } from './scrub.ts';
import type { WebhookAnswer, WebhookRequest } from './webhook.ts';

/**
 * Has the driver of an instance verify what an API has sent, with the credentials of that instance. It is no call: it
 * says nothing about whether the instance can be asked, and works while it cannot.
 *
 * @returns `undefined` where there is no such instance
 * @throws what the driver throws, without credentials
 */
export async function receiveWebhook(
  set: InstanceSet,
  where: { readonly capability: string; readonly instance: string; readonly tenant?: string | undefined },
  request: WebhookRequest,
): Promise<WebhookAnswer | undefined> {
  const instance = set.find(where.capability, where.instance, where.tenant);
  if (instance === undefined) return undefined;
  const { webhook, name } = instance.driver.driver;
  if (webhook === undefined) return { state: 'refused', reason: `The driver "${name}" takes no webhooks.` };
  try {
    return await webhook(instance.client, request);
  } catch (error) {
    throw scrubbedError(error, (text) => instance.scrub(text));
  }
}
