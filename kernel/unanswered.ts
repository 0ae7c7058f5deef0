import type { InstanceInfo, ProviderWorld } from './provider/index.ts';

/**
 * What production has to be told: capabilities that nobody can be asked for, with who could do it.
 * @returns `undefined`: there is an instance of each
 */
export function unanswered(
  { capabilities, drivers }: Pick<ProviderWorld, 'capabilities' | 'drivers'>,
  listed: readonly InstanceInfo[],
): string | undefined {
  const configured = new Set(listed.map(({ capability }) => capability));
  const missing = [...capabilities.values()].filter(({ name }) => !configured.has(name));
  if (missing.length === 0) return undefined;
  const names = missing.map(({ name }) => `"${name}"`).join(', ');
  const places = missing.map(({ name, fallback }) => {
    const known = [...drivers.values()].filter(({ driver }) => driver.capability === name);
    const others = known.map(({ driver }) => driver.name).filter((driver) => driver !== fallback);
    const variable = `PROVIDERS_${name.toUpperCase().replaceAll('-', '_')}`;
    return `${variable} (drivers: ${others.join(', ') || 'none is active'})`;
  });
  return (
    `No instance of ${names} is configured: what asks for one fails (PROVIDER_UNAVAILABLE). ` +
    `Name instances in config/providers.ts, by "backplane providers add", or in ${places.join(', ')}; ` +
    'or leave out what is not needed, by EXTENSIONS.'
  );
}
