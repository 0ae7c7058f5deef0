import type { AccessTerm } from '../../data/entity/access-rule.ts';
import { BackplaneError, didYouMean } from '../../errors.ts';
import type { Capability, CapabilityTable } from '../../provider/index.ts';
import type { ExternalOperation } from './define.ts';
import type { ExternalEntity } from './entity.ts';
import { externalOperations } from './operations.ts';

/** What of an entity does not fit the capability that keeps its rows. */
export function capabilityFaults(
  external: ExternalEntity,
  capabilities: CapabilityTable,
): readonly BackplaneError[] {
  const { schema, capability: name, operations, definition } = external;
  const { name: entity, owner } = schema;
  const fault = (reason: string) => new BackplaneError('ENTITY_INVALID', { entity, owner, reason });
  const capability = capabilities.get(name);
  if (capability === undefined) {
    const suggestion = didYouMean(name, capabilities.keys());
    return [
      fault(
        `Its capability "${name}" is declared by nobody.${suggestion} The extension that has it must be active, and among "dependencies" in the manifest.json of "${owner}".`,
      ),
    ];
  }
  const faults = [...operations].flatMap(([operation, given]) =>
    operationFault(external, capability, operation, given).map(fault),
  );
  if (capability.tenants !== 'shared' && definition.options.tenant === undefined) {
    faults.push(
      fault(
        `The instances of "${name}" belong to tenants: say whose are asked, as tenant: (actor) => actor?.id.`,
      ),
    );
  }
  return faults;
}

function operationFault(
  { definition }: ExternalEntity,
  { name, declared }: Capability,
  operation: ExternalOperation,
  given: string,
): readonly string[] {
  const found = declared[given];
  if (found === undefined) {
    return [
      `Its "${operation}" is "${given}", which is no operation of "${name}".${didYouMean(given, Object.keys(declared))}`,
    ];
  }
  const wanted = externalOperations(definition)[operation];
  const { safety, input, output } = found;
  const isSame =
    safety === wanted.safety &&
    JSON.stringify([input, output]) === JSON.stringify([wanted.input, wanted.output]);
  return isSame
    ? []
    : [
        `The operation "${given}" of "${name}" is another than its "${operation}" needs. Declare it as ${given}: externalOperations(…).${operation}, of this entity as it is now.`,
      ];
}

/** Rules that nobody can answer without a database. */
export function externalRuleFaults(term: AccessTerm): readonly string[] {
  switch (term.kind) {
    case 'through':
      return [
        `through("${term.relation}") cannot be evaluated: the rows lie behind a provider and have no relations. Ask about a field of the row instead, as rows({ ownerId: { eq: '$actor.id' } }).`,
      ];
    case 'all':
    case 'any':
      return term.of.flatMap(externalRuleFaults);
    case 'fields':
      return externalRuleFaults(term.of);
    default:
      return [];
  }
}
