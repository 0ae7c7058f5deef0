import type { InstanceView } from '../../administration/index.ts';
import type { InstanceTest } from '../../provider/index.ts';
import type { Terminal } from '../terminal.ts';
import { instanceWord } from './instance-word.ts';

/** Why an instance is not asked now, in one line, with what mends it. */
export function reasonOf(
  { state, reason = '', until, place, ...one }: InstanceView,
  command: string,
): string {
  const sentence = /[.?!]$/.test(reason) ? reason : `${reason}.`;
  switch (state) {
    case 'ready':
      return '';
    case 'resting':
    case 'open':
      return until === undefined ? reason : `${reason}, until ${timeOf(until)}`;
    case 'invalid':
      return place === undefined ? sentence : `${sentence} Mend it in ${place}`;
    case 'disabled': {
      const tenant = one.tenant === undefined ? '' : ` --tenant ${one.tenant}`;
      // Only whoever has written it can change that.
      if (reason.includes('"enabled": false'))
        return place === undefined ? sentence : `${sentence} Change it in ${place}`;
      return `${sentence} "${command} providers enable ${instanceWord(one)}${tenant}" brings it back`;
    }
  }
}

/** A state in its colour. */
export function stateText(state: InstanceView['state'], terminal: Terminal): string {
  const colours = {
    ready: 'green',
    open: 'yellow',
    resting: 'yellow',
    disabled: 'dim',
    invalid: 'red',
  } as const;
  return terminal.style(colours[state], state);
}

/** What a test has found, in its colour. */
export function outcomeText(outcome: InstanceTest['outcome'], terminal: Terminal): string {
  const colours = { ok: 'green', failed: 'red', unchecked: 'dim', invalid: 'red' } as const;
  return terminal.style(colours[outcome], outcome);
}

/** What a test has found, in one line. */
export function findingOf({ ms, class: failure, code, message = '' }: InstanceTest): string {
  const said = [failure, code].filter(Boolean).join(' ');
  return [ms === undefined ? '' : `${ms} ms`, said, message].filter(Boolean).join(', ');
}

function timeOf(date: string): string {
  return new Date(date).toTimeString().slice(0, 8);
}
