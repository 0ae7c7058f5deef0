import { type Driver, defineDriver, type Logger, Type } from 'backplane';
import type {} from '../capabilities/sms.ts';
import { segmentsOf } from '../segments.ts';

/**
 * Writes messages into the log and sends nothing. In production it keeps their text to itself: codes and links are in it.
 */
export function logDriver(log: Pick<Logger, 'info' | 'warn'>, production: boolean): Driver {
  return defineDriver('log', {
    capability: 'sms',
    config: Type.Object({}, { additionalProperties: false }),
    // It would be written down again.
    deduplicates: false,
    create: () => ({
      send({ to, text }, { key }) {
        if (production)
          log.warn('A text message was written here instead of being sent: its driver is "log".');
        else log.info(`Text message to ${to}: ${text}`);
        return { id: key, segments: segmentsOf(text) };
      },
    }),
  });
}
