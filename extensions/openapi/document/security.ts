import type { StrategyTable } from 'backplane';
import type { Operation, SecurityScheme } from './types.ts';

/** A strategy as the document knows it. */
export interface NamedScheme {
  /** Name of the strategy, as routes say it. */
  readonly strategy: string;
  /** Key of its security scheme. */
  readonly key: string;
  readonly scheme: SecurityScheme;
}

/**
 * The security schemes of the strategies, as their challenges tell them: `Bearer …`, `Basic …` and other schemes of HTTP,
 * `ApiKey header="x-api-key"`, `Cookie name="session"`.
 */
export function schemesOf(strategies: StrategyTable): readonly NamedScheme[] {
  return [...strategies.values()].map(({ strategy: { name, challenge = name } }) => ({
    strategy: name,
    key: name.replaceAll(/[^A-Za-z0-9._-]+/g, '_'),
    scheme: schemeOf(challenge),
  }));
}

/** What a route asks of its callers; nothing where it asks nothing. */
export function securityOf(
  auth: string | undefined,
  schemes: readonly NamedScheme[],
): Exclude<Operation['security'], undefined> {
  if (auth === undefined || auth === 'none') return [];
  const any = auth === 'required' || auth === 'optional';
  const asked = schemes
    .filter(({ strategy }) => any || strategy === auth)
    .map(({ key }): Record<string, readonly string[]> => ({ [key]: [] }));
  return auth === 'optional' ? [{}, ...asked] : asked;
}

function schemeOf(challenge: string): SecurityScheme {
  const [scheme = ''] = challenge.trim().split(/\s+/, 1);
  const parameter = (name: string): string | undefined =>
    new RegExp(`\\b${name}="([^"]+)"`, 'i').exec(challenge)?.[1];
  switch (scheme.toLowerCase()) {
    case 'apikey':
      return { type: 'apiKey', in: 'header', name: parameter('header') ?? 'x-api-key' };
    case 'cookie':
      return { type: 'apiKey', in: 'cookie', name: parameter('name') ?? 'session' };
    default:
      return { type: 'http', scheme: scheme.toLowerCase() };
  }
}
