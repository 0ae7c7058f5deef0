import { invocation } from '../invocation.ts';
import type { Surroundings } from '../surroundings.ts';
import type { Terminal } from '../terminal.ts';
import { providersAtHand } from './at-hand.ts';
import { reasonOf } from './describe.ts';
import { instanceWord, readInstanceWord } from './instance-word.ts';

/** What is to become of an instance. */
export interface InstanceSwitching {
  /** CAPABILITY/INSTANCE */
  readonly word: string;
  readonly tenant: string | undefined;
  readonly to: 'enabled' | 'disabled';
  readonly reason?: string | undefined;
  readonly json: boolean;
}

/**
 * Enables or disables an instance: in all processes, and beyond their end.
 *
 * @throws INSTANCE_WORD_INVALID, PROVIDER_INSTANCE_UNKNOWN, PROVIDER_INSTANCE_ELSEWHERE, PROVIDER_STORE_FAILED, or what the
 *   kernel answers that runs
 */
export async function switchInstance(
  { word, tenant, to, reason, json }: InstanceSwitching,
  surroundings: Surroundings,
  terminal: Terminal,
): Promise<void> {
  const ref = readInstanceWord(word, tenant);
  await using providers = await providersAtHand(surroundings, terminal);
  const { desk, isRunning } = providers;
  const view = await (to === 'enabled' ? desk.enable(ref) : desk.disable(ref, reason));
  if (json) terminal.json(view);
  else {
    const when = isRunning ? '' : ' from the next start on; no kernel runs now';
    const why =
      view.state === 'ready' || to === 'disabled' ? '' : ` (${reasonOf(view, invocation(surroundings.env))})`;
    terminal.print(`${instanceWord(view)} is ${view.state}${when}${why}`);
  }
}
