import type { Capability, Operation } from './capability.ts';
import type { CallOptions } from './capability-types.ts';
import type { InstanceSet } from './instance-set.ts';
import type { Pool } from './pool.ts';

/** What is asked for, and of whom. */
export interface CallRequest {
  readonly pool: Pool;
  readonly set: InstanceSet;
  readonly capability: Capability;
  readonly operation: Operation;
  readonly tenant: string | undefined;
  /** Checked. */
  readonly input: unknown;
  readonly options: CallOptions;
}
