import type { Capability } from './capability.ts';
import type { CallOptions, CallResult } from './capability-types.ts';

type MakeCall = (
  capability: string,
  tenant: string | undefined,
  operation: string,
  input: unknown,
  options: CallOptions,
) => Promise<CallResult<unknown>>;

const noOptions: CallOptions = {};

/** An object with a method for each operation. It knows names only, so that it stays right across reloads. */
export function clientOf(
  { name, operations }: Capability,
  tenant: string | undefined,
  call: MakeCall,
): object {
  const client: Record<string, unknown> = {};
  for (const operation of operations.keys()) {
    client[operation] = (input: unknown, options: CallOptions = noOptions) =>
      call(name, tenant, operation, input, options);
  }
  return client;
}
