import type { PayloadOf } from '../event/index.ts';
import type { Kernel } from '../kernel.ts';

/** An event that was emitted. */
export interface RecordedEvent<Payload> {
  readonly name: string;
  readonly payload: Payload;
}

/**
 * Records events from now on, as long as the kernel lives.
 *
 * @param pattern name of an event, or a pattern such as `blog.*` or `**`
 * @returns a list that grows with each event
 * @throws EVENT_PATTERN_INVALID
 */
export function eventsOf<const Name extends string>(
  kernel: Pick<Kernel, 'events'>,
  pattern: Name,
): readonly RecordedEvent<PayloadOf<Name>>[] {
  const recorded: RecordedEvent<PayloadOf<Name>>[] = [];
  kernel.events.on(pattern, (payload, { name }) => void recorded.push({ name, payload }));
  return recorded;
}
