import type { InstanceView } from '../../administration/index.ts';
import { BackplaneError } from '../../errors.ts';
import type { InstanceRef } from '../../provider/index.ts';

/**
 * Which instance is meant by `payment/stripe-eu`.
 * @throws INSTANCE_WORD_INVALID
 */
export function readInstanceWord(word: string, tenant: string | undefined): InstanceRef {
  const [capability = '', instance = '', ...more] = word.split('/');
  if (capability !== '' && instance !== '' && more.length === 0) return { capability, instance, tenant };
  throw new BackplaneError('INSTANCE_WORD_INVALID', { word, suggestion: '' });
}

/** As it is written on the command line. */
export function instanceWord({
  capability,
  instance,
}: Pick<InstanceView, 'capability' | 'instance'>): string {
  return `${capability}/${instance}`;
}
