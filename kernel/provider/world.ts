import type { CapabilityTable, DriverTable } from './capabilities.ts';

/** What there is to call, held for as long as a call lasts. */
export interface ProviderWorld {
  readonly capabilities: CapabilityTable;
  readonly drivers: DriverTable;
  /** The call has ended. */
  release(): void;
}
