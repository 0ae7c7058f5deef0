import type { Asking } from '../../auth/index.ts';

/** Where a code goes. */
export interface Destination {
  /** Address or number. */
  readonly to: string;
  /** Has its owner confirmed it? Otherwise anybody may have given it. */
  readonly isConfirmed: boolean;
  readonly asking: Asking;
}
