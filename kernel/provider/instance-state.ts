import { Breaker } from './breaker.ts';
import type { Random } from './clock.ts';
import { countsAgainst, type Failure } from './failure.ts';
import type { InstanceSwitch } from './instance-ref.ts';
import { PeakEwma } from './peak-ewma.ts';

/** A failure counts as at least so slow, in milliseconds: failing fast must not look attractive. */
const failureLatency = 1_000;

/** What is known of an instance from its calls. It outlives reloads, as long as the instance stays the same. */
export class InstanceState {
  readonly breaker: Breaker;
  readonly latency = new PeakEwma();
  /** Calls on their way. */
  pending = 0;
  /** Calls ever begun. */
  uses = 0;
  /** Why it is not asked any more: its credentials or its account were refused. */
  refused: string | undefined;
  /** Does its definition say `enabled: false`? */
  isWrittenOff = false;
  /** Since when calls are on their way and none has ended. */
  #quietSince = 0;
  #switch: InstanceSwitch | undefined;

  constructor(random: Random) {
    this.breaker = new Breaker(random);
  }

  /** Why it is not asked, whoever decided so; `undefined`: it is. */
  get disabled(): string | undefined {
    return this.#switch?.off ?? (this.isWrittenOff ? 'it is written as "enabled": false' : this.refused);
  }

  /** What people have said of it. Whoever switches it on wants it asked again, whatever it had refused. */
  set switch(said: InstanceSwitch | undefined) {
    if (said !== undefined && said.off === undefined && said.revision !== this.#switch?.revision) {
      this.refused = undefined;
    }
    this.#switch = said;
  }

  /** How long an answer may take, in milliseconds. One that has gone quiet is as slow as it has been quiet. */
  slowness(now: number): number {
    const quiet = this.pending > 0 ? now - this.#quietSince : 0;
    return Math.max(this.latency.at(now), quiet, 1);
  }

  /** Keeps a place for a call that is about to begin. */
  reserve(isProbe: boolean): void {
    if (isProbe) this.breaker.beginProbe();
    this.pending += 1;
  }

  unreserve(): void {
    this.pending -= 1;
  }

  begin(now: number, isProbe: boolean): void {
    if (isProbe) this.breaker.beginProbe();
    if (this.pending === 0) this.#quietSince = now;
    this.pending += 1;
    this.uses += 1;
  }

  /** @param failure `undefined`: it succeeded */
  end(now: number, begun: number, isProbe: boolean, failure: Failure | undefined): void {
    this.pending -= 1;
    this.#quietSince = now;
    if (failure === undefined || failure.class === 'invalid' || failure.class === 'declined') {
      // Whoever refuses what was asked answers, which is all that the breaker wants to know.
      if (isProbe) this.latency.reset();
      this.breaker.succeed(now, isProbe);
      this.latency.observe(now - begun, now, false);
    } else if (countsAgainst(failure)) {
      this.breaker.fail(now, isProbe);
      this.latency.observe(Math.max(now - begun, failureLatency), now, true);
    } else if (isProbe) this.breaker.releaseProbe();
  }
}
