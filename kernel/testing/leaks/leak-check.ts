import { AsyncLocalStorage } from 'node:async_hooks';
import { globalAgent as httpAgent } from 'node:http';
import { globalAgent as httpsAgent } from 'node:https';
import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import type { Generation } from '../../extension/index.ts';
import type { Kernel } from '../../kernel.ts';
import type { LogRecord } from '../log-records.ts';
import { trackBusListeners } from './bus-listeners.ts';
import { callSites } from './call-sites.ts';
import { groupLeaks, type Leak } from './leak.ts';
import { ListenerTracker } from './listeners.ts';
import { type FindOrigin, OriginFinder } from './origin.ts';
import { ResourceTracker } from './resources.ts';
import { unreleased } from './unreleased.ts';

/** Which kernel under test does the running code belong to? Two may run the same extension at one time. */
const running = new AsyncLocalStorage<LeakCheck>();

/** Milliseconds that closing handles and timers that are about to end are given. */
const settleTime = 500;

/** A closed handle is gone some turns of the event loop later, however slow these are. */
const settleTurns = 20;

/** Notes what the extensions of one kernel make, and tells what is left of it once that kernel has stopped. */
export class LeakCheck {
  readonly #origins: OriginFinder;
  readonly #records: readonly LogRecord[];
  readonly #resources: ResourceTracker;
  readonly #listeners: ListenerTracker;
  readonly #busListeners: () => readonly Leak[];

  /**
   * @param kernel not booted yet
   * @param extensions real path of each folder → name of the extension
   * @param records what the kernel logs
   */
  constructor(kernel: Kernel, extensions: ReadonlyMap<string, string>, records: readonly LogRecord[]) {
    this.#origins = new OriginFinder(extensions);
    this.#records = records;
    const origin: FindOrigin = () => this.#originNow();
    const emitters = {
      process,
      'process.stdout': process.stdout,
      'process.stderr': process.stderr,
      'the HTTP server of the kernel': kernel.http.node,
      'http.globalAgent': httpAgent,
      'https.globalAgent': httpsAgent,
    };
    this.#listeners = new ListenerTracker(emitters, origin);
    this.#resources = new ResourceTracker({ origin, isInside: () => running.getStore() === this });
    this.#busListeners = trackBusListeners(kernel.events, origin);
  }

  /** Runs something of this kernel, so that what comes of it is known to be of this one. */
  run<T>(work: () => T): T {
    return running.run(this, work);
  }

  /**
   * Ends the check of a kernel that has stopped.
   *
   * @param served the generations that served last
   * @returns what is left, after what was about to end has had the time to
   */
  async end(served: readonly Generation[]): Promise<readonly Leak[]> {
    const deadline = performance.now() + settleTime;
    let left = this.#resources.leaks();
    for (let turn = 0; left.length > 0; turn += 1) {
      if (turn >= settleTurns && performance.now() >= deadline) break;
      await (turn < settleTurns ? nextTurn() : delay(5));
      left = this.#resources.leaks();
    }
    const leaks = [
      ...unreleased(this.#records, served),
      ...left,
      ...this.#listeners.leaks(),
      ...this.#busListeners(),
    ];
    this.close();
    return groupLeaks(leaks);
  }

  /** Stops to watch. */
  close(): void {
    this.#resources.close();
    this.#listeners.close();
  }

  #originNow(): ReturnType<FindOrigin> {
    const owner = running.getStore();
    return owner === undefined || owner === this ? this.#origins.find(callSites()) : 'kernel';
  }
}
