import type { Create } from 'backplane';
import type { TestKernel } from 'backplane/testing';
import { User } from './entities/user.ts';

/**
 * Headers of a request that a user makes, with a valid access token of a new session.
 *
 * @param user one that there is, or values of one that is made: `{ admin: true }`
 * @param login `secondFactor`: as if there had been one just now, for routes that want it
 *
 * @example
 * const headers = await actingAs(kernel, { admin: true });
 * await kernel.inject('GET', '/kernel/extensions', { headers });
 */
export async function actingAs(
  kernel: Pick<TestKernel, 'service'>,
  user: { readonly id: string } | Partial<Create<typeof User>> = {},
  { secondFactor = false }: { readonly secondFactor?: boolean } = {},
): Promise<{ readonly authorization: string }> {
  const id = user.id ?? (await kernel.service('data').factory(User).create(user)).id;
  const client = { ip: undefined, userAgent: 'test' };
  const amr = secondFactor ? ['pwd', 'otp', 'mfa'] : ['pwd'];
  const { accessToken } = await kernel.service('auth').sessions.open(id, client, null, amr);
  return { authorization: `Bearer ${accessToken}` };
}
