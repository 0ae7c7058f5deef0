import { problem, route, Type } from 'backplane';
import { isPaymentEvent } from '../contract/events.ts';
import { rawBody } from '../webhooks/raw-body.ts';
import { hear } from '../webhooks/receive.ts';

export default route.post(
  '/webhooks/:instance',
  {
    summary: 'What a provider of payments sends of its own accord',
    description: 'Signed by the provider for the instance of the path. Heard once, however often it is sent.',
    params: Type.Object({ instance: Type.String({ maxLength: 100 }) }),
    response: { 200: Type.Object({ received: Type.Boolean() }) },
    middleware: [rawBody],
    document: () => ({
      body: Type.Unknown(),
      problems: {
        400: 'It is not signed, not for this instance, or too old',
        404: 'There is no such instance',
      },
    }),
  },
  async ({ params: { instance }, headers, body, services, log }) => {
    if (!Buffer.isBuffer(body)) {
      const detail = 'There is no body as it was sent: it is empty, or a middleware parsed it before.';
      throw problem(400, detail, { code: 'WEBHOOK_REFUSED' });
    }
    const now = services.data.now();
    const answer = await services.providers.webhook('payment', instance, { headers, body, now });
    if (answer === undefined) throw problem(404, `There is no instance "${instance}" of "payment".`);
    if (answer.state === 'refused') {
      log.warn({ instance, reason: answer.reason }, 'A webhook was refused');
      throw problem(400, answer.reason, { code: 'WEBHOOK_REFUSED' });
    }
    for (const event of answer.events) {
      if (!isPaymentEvent(event))
        throw new Error(`The driver of "${instance}" gave something that is no event.`);
      const outcome = await hear(services, instance, event);
      log.debug({ instance, event: event.id, type: event.type, outcome }, 'A webhook was heard');
    }
    return { received: true };
  },
);
