import { BackplaneError } from '../errors.ts';
import type { Registration } from './registration.ts';
import type { Services } from './services.ts';

/** A service under construction. */
export interface Frame {
  readonly registration: Registration;
  /** What its factory is handed. */
  readonly services: Services;
}

/**
 * The services under construction, outermost first. Construction is synchronous, so this mirrors the thread's call stack
 * and is empty whenever no factory runs: kernels in one process share nothing by it. awilix keeps one per container,
 * which sees no other container's part, and empties it at every error that a factory catches.
 */
const frames: Frame[] = [];

export function current(): Frame | undefined {
  // Reading before an array's start is slow, and mostly no factory runs.
  return frames.length === 0 ? undefined : frames[frames.length - 1];
}

export function enter(frame: Frame): void {
  for (const { registration } of frames) if (registration === frame.registration) throw cycle(registration);
  frames.push(frame);
}

export function leave(): void {
  frames.pop();
}

/**
 * Notes that the services under construction take this one.
 *
 * @throws SERVICE_LEAK when a singleton would hold on to a scoped service
 */
export function take(taken: Registration): void {
  for (let i = frames.length - 1; i >= 0; i--) {
    const taker = frames[i]?.registration;
    if (taker?.lifetime !== 'singleton') continue;
    if (taken.lifetime === 'scoped') throw leak(taker, taken, frames.slice(i));
    if (taker !== taken) taken.addDependent(taker);
  }
}

function cycle(again: Registration): BackplaneError {
  const start = frames.findIndex(({ registration }) => registration === again);
  const path = [...frames.slice(start).map(({ registration }) => registration), again];
  return new BackplaneError('SERVICE_CYCLE', { path: labels(path) });
}

function leak(taker: Registration, taken: Registration, since: readonly Frame[]): BackplaneError {
  const path = labels([...since.map(({ registration }) => registration), taken]);
  return new BackplaneError('SERVICE_LEAK', { singleton: taker.name, scoped: taken.name, path });
}

/** Names of the services; with their owners as soon as there are several. */
function labels(path: readonly Registration[]): readonly string[] {
  const several = new Set(path.map(({ host }) => host.owner)).size > 1;
  return path.map(({ name, host }) => (several ? `${name} (${host.owner})` : name));
}
