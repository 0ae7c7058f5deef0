import { isBackplaneError, problem } from 'backplane';
import type {} from '../../email/index.ts';
import type {} from '../../sms/index.ts';
import type { MfaEnvironment } from '../environment.ts';
import type { Channel } from '../factors/method.ts';
import { codeTexts } from './code-texts.ts';
import type { Destination } from './destination.ts';

/**
 * Sends a code.
 * @throws HttpError 422 where the number or address takes no messages
 */
export async function deliver(
  { services, settings: { issuer, codeLifetime } }: MfaEnvironment,
  channel: Channel,
  { to, asking }: Pick<Destination, 'to' | 'asking'>,
  code: string,
): Promise<void> {
  const minutes = Math.max(1, Math.round(codeLifetime / 60));
  const texts = codeTexts(asking.locale);
  const text = texts.text(code, issuer, minutes);
  try {
    if (channel === 'sms') await services.sms.send({ to, text });
    else await services.email.send({ to, subject: texts.subject(issuer), text });
  } catch (error) {
    const isRefused =
      isBackplaneError(error) && (error.code === 'PROVIDER_DECLINED' || error.code === 'PROVIDER_REFUSED');
    if (!isRefused) throw error;
    const what = channel === 'sms' ? 'This number takes no text messages.' : 'This address takes no mail.';
    throw problem(422, what, { code: 'MFA_MESSAGE_REFUSED', cause: error });
  }
}
