import { type HttpError, problem } from 'backplane';

/** One thing that is wrong with a mail: where in it (JSON pointer), and what. */
export interface MessageFault {
  readonly pointer: string;
  readonly message: string;
}

/** A mail that cannot be sent as it is, with all that is wrong with it. */
export function invalidMessage(faults: readonly MessageFault[]): HttpError {
  const told = faults.map(({ pointer, message }) => `${pointer} ${message}`).join('; ');
  return problem(422, `This mail cannot be sent: ${told}.`, {
    code: 'EMAIL_INVALID',
    members: { problems: faults },
  });
}
