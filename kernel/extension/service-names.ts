import { BackplaneError, throwFaults } from '../errors.ts';
import { type Contribution, defineRegistry } from '../snapshot/index.ts';

/** A service that an extension registered in its container. */
export interface ServiceName {
  readonly name: string;
  readonly lifetime: string;
}

/** Each service with the extension that has it. Extensions contribute by registering; two of one name are refused. */
export const serviceNames = defineRegistry<ServiceName, ReadonlyMap<string, string>>({
  name: 'services',
  expected: 'a service registered in the container',
  accepts: (_value): _value is ServiceName => true,
  compile(contributions: readonly Contribution<ServiceName>[]) {
    const owners = new Map<string, string>();
    const faults: Error[] = [];
    for (const { owner, value } of contributions) {
      const other = owners.get(value.name);
      if (other === undefined) owners.set(value.name, owner.name);
      else
        faults.push(
          new BackplaneError('CONTRIBUTION_CONFLICT', {
            what: `The service "${value.name}"`,
            owners: [other, owner.name],
          }),
        );
    }
    throwFaults(faults);
    return owners;
  },
});
