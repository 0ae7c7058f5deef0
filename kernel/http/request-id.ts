import { randomBytes } from 'node:crypto';

const acceptable = /^[A-Za-z0-9._:-]{1,128}$/;

/**
 * Makes a source of request ids: the client's own where it is harmless in headers and logs, otherwise one that is
 * unique by a random prefix of this source and a counter, which costs next to nothing.
 */
export function requestIds(): (given: string | string[] | undefined) => string {
  const prefix = `${randomBytes(6).toString('base64url')}-`;
  let count = 0;
  return (given) => {
    if (typeof given === 'string' && acceptable.test(given)) return given;
    count += 1;
    return prefix + count.toString(36);
  };
}
