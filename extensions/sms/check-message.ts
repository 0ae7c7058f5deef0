import { problem } from 'backplane';
import type { SmsMessage } from './message.ts';
import { phoneNumber } from './phone-number.ts';

/** Characters of a text at most, as most APIs take them. */
const longest = 1600;

/** A number, a short code, or a name with a letter in it. */
const sender = /^(\+[1-9]\d{6,14}|\d{3,8}|(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11})$/;

/** Control characters, apart from tabs and line breaks. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const control = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/;

/**
 * A message as drivers get it: the number without what people put between its digits.
 * @throws HttpError 422 with all faults
 */
export function checkMessage({ to, text, from }: SmsMessage): SmsMessage {
  const number = phoneNumber(to);
  const errors = [
    ...(number === undefined
      ? [fault('/to', 'must be a number with its country, as +442079460958 (E.164), without "(0)"')]
      : []),
    ...textFaults(text),
    ...(from === undefined || (typeof from === 'string' && sender.test(from))
      ? []
      : [fault('/from', 'must be a number in E.164, a short code, or at most 11 letters and digits')]),
  ];
  if (number === undefined || errors.length > 0) {
    const said = errors.map(({ pointer, message }) => `${pointer} ${message}`).join('; ');
    throw problem(422, `The text message cannot be sent: ${said}.`, {
      code: 'SMS_INVALID',
      members: { errors },
    });
  }
  return { to: number, text, ...(from === undefined ? {} : { from }) };
}

function textFaults(text: string) {
  if (typeof text !== 'string' || text.trim() === '') return [fault('/text', 'must say something')];
  const length = [...text].length;
  return [
    ...(length > longest
      ? [fault('/text', `must have at most ${longest} characters, and has ${length}`)]
      : []),
    ...(control.test(text) || !text.isWellFormed()
      ? [fault('/text', 'must have no control characters and no halves of characters')]
      : []),
  ];
}

function fault(pointer: string, message: string) {
  return { pointer, message };
}
