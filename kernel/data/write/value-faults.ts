import type { Field } from '../entity/field.ts';
import { columnFault } from '../value/column-value.ts';
import { schemaFaults } from '../value/schema-check.ts';
import type { ValueFault } from '../value/value-fault.ts';

const none: readonly ValueFault[] = [];

/**
 * Everything that keeps a value out of a field.
 *
 * @param entity its name, for a schema that cannot be compiled
 * @param checked was it checked against the field's schema already? Then only what its column asks for is
 */
export function valueFaults(
  entity: string,
  field: Field,
  value: unknown,
  checked: boolean,
): readonly ValueFault[] {
  const fault = columnFault(field, value);
  if (fault !== undefined) return [fault];
  return checked || value === null ? none : schemaFaults(entity, field, value);
}
