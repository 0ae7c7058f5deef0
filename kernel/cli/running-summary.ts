import type { ExtensionStatus } from '../extension/index.ts';
import type { Terminal } from './terminal.ts';

/**
 * What runs in one line, then one line for each extension that was meant to run and does not, with the remedy.
 *
 * @returns rows of state, names and reason
 */
export function describeRunning(
  extensions: readonly ExtensionStatus[],
  terminal: Terminal,
): readonly (readonly string[])[] {
  const inState = (state: ExtensionStatus['state']): readonly ExtensionStatus[] =>
    extensions.filter((one) => one.state === state);
  const names = (some: readonly ExtensionStatus[]): string => some.map(({ name }) => name).join(', ');
  const active = inState('active');
  const disabled = inState('disabled');
  return [
    [stateText('active', terminal), active.length > 0 ? names(active) : 'no extension'],
    ...(disabled.length > 0 ? [[stateText('disabled', terminal), names(disabled)]] : []),
    ...[...inState('blocked'), ...inState('failed')].map(({ name, state, reason }) => [
      stateText(state, terminal),
      `${name} ${indented(reason)}`,
    ]),
  ].map((row) => ['', ...row]);
}

/** A state in its colour. */
export function stateText(state: ExtensionStatus['state'], terminal: Terminal): string {
  switch (state) {
    case 'active':
      return terminal.style('green', state);
    case 'failed':
    case 'unload-failed':
      return terminal.style('red', state);
    case 'blocked':
    case 'draining':
      return terminal.style('yellow', state);
    default:
      return terminal.style('dim', state);
  }
}

/** A reason of several lines below its first. */
function indented(reason: string): string {
  return reason.replaceAll('\n', '\n    ');
}
