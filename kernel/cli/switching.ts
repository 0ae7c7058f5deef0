import { BackplaneError } from '../errors.ts';
import type { ExtensionStatus } from '../extension/index.ts';
import { oneNamed } from './one-named.ts';
import { findRunningKernel, kernelAddress } from './running-kernel.ts';
import type { Surroundings } from './surroundings.ts';
import { surveyApplication } from './survey.ts';
import type { Terminal } from './terminal.ts';

/** What is to become of an extension. */
export interface Switching {
  readonly name: string;
  readonly to: 'enabled' | 'disabled';
  /** Also take out what depends on it. */
  readonly cascade?: boolean;
  readonly json: boolean;
}

/**
 * Enables or disables an extension: in the kernel that runs, else for the next start.
 *
 * @throws EXTENSION_NOT_FOUND, EXTENSION_NOT_SELECTED, EXTENSION_HAS_DEPENDENTS, STATE_UNWRITABLE, or what the kernel answers
 */
export async function switchExtension(
  { name, to, cascade = false, json }: Switching,
  surroundings: Surroundings,
  terminal: Terminal,
): Promise<void> {
  const running = await findRunningKernel(surroundings);
  if (running) {
    const verb = to === 'enabled' ? 'enable' : 'disable';
    const query = cascade ? '?cascade=true' : '';
    const path = `/kernel/extensions/${encodeURIComponent(name)}/${verb}${query}`;
    const status = await running.ask<ExtensionStatus>('POST', path);
    if (json) terminal.json(status);
    else terminal.print(describeOutcome(status));
    return;
  }
  await switchAtNextStart({ name, to, cascade }, surroundings);
  if (json) terminal.json({ name, desired: to, effective: 'at the next start' });
  else terminal.print(`${name} is ${to} from the next start on; no kernel runs now.`);
}

/** @throws KERNEL_NOT_RUNNING, or what the kernel answers */
export async function reloadExtension(name: string, surroundings: Surroundings): Promise<ExtensionStatus> {
  const running = await findRunningKernel(surroundings);
  if (!running) {
    const { url: address } = await kernelAddress(surroundings);
    throw new BackplaneError('KERNEL_NOT_RUNNING', { address, action: 'reload' });
  }
  return running.ask('POST', `/kernel/extensions/${encodeURIComponent(name)}/reload`);
}

/** What became of an extension, in one line. */
export function describeOutcome({ name, state, desired, generation }: ExtensionStatus): string {
  if (state === 'active') return `${name} is active (generation ${generation})`;
  if (state === 'draining' && desired === 'disabled') return `${name} is disabled; its last requests end`;
  return `${name} is ${state}`;
}

async function switchAtNextStart(
  { name, to, cascade }: Required<Omit<Switching, 'json'>>,
  surroundings: Surroundings,
): Promise<void> {
  const survey = await surveyApplication(surroundings);
  const { candidates, selected, desired } = survey;
  oneNamed(name, candidates);
  if (to === 'enabled' && !selected.has(name)) throw new BackplaneError('EXTENSION_NOT_SELECTED', { name });
  const dependents = [...candidates.values()]
    .filter(({ manifest }) => name in (manifest?.dependencies ?? {}))
    .map((candidate) => candidate.name)
    .filter((dependent) => selected.has(dependent) && !desired.isDisabled(dependent));
  if (to === 'disabled' && dependents.length > 0 && !cascade)
    throw new BackplaneError('EXTENSION_HAS_DEPENDENTS', { name, dependents });
  desired.set(name, to);
  desired.save(name);
  const [reason] = survey.warnings;
  if (reason !== undefined) throw new BackplaneError('STATE_UNWRITABLE', { reason });
}
