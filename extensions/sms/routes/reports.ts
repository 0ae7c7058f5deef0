import { problem, route, Type } from 'backplane';
import express from 'express';
import { isSmsReport } from '../reports/report.ts';

/** The bytes as they came, which the signature is made over. */
const rawBody = express.raw({ type: () => true, limit: '64kb', inflate: false });

export default route.post(
  '/reports/:instance',
  {
    summary: 'What a provider of text messages tells of messages that were sent',
    description: 'Signed by the provider for the instance of the path.',
    params: Type.Object({ instance: Type.String({ maxLength: 100 }) }),
    response: { 204: Type.Null() },
    middleware: [rawBody],
    document: () => ({
      body: Type.Unknown(),
      problems: { 400: 'It is not signed, or not for this instance', 404: 'There is no such instance' },
    }),
  },
  async ({ params: { instance }, headers, body, services, log }) => {
    if (!Buffer.isBuffer(body)) throw problem(400, 'There is no body.', { code: 'WEBHOOK_REFUSED' });
    const answer = await services.providers.webhook('sms', instance, { headers, body, now: Date.now() });
    if (answer === undefined) throw problem(404, `There is no instance "${instance}" of "sms".`);
    if (answer.state === 'refused') {
      log.warn({ instance, reason: answer.reason }, 'A report about a text message was refused');
      throw problem(400, answer.reason, { code: 'WEBHOOK_REFUSED' });
    }
    for (const report of answer.events) {
      if (!isSmsReport(report))
        throw new Error(`The driver of "${instance}" gave something that is no report.`);
      await services.kernel.events.emit('sms.reported', { ...report, instance });
    }
  },
);
