import type { DriverOperations } from 'backplane';
import type { Connection } from '../api/connection.ts';
import { referenceField } from '../mapping/objects.ts';
import { search } from '../outcome/search.ts';

type Operations = Pick<DriverOperations<'payment'>, 'secretOf' | 'find'>;

export function lookups(connection: Connection): Operations {
  return {
    async secretOf({ kind, id }, attempt) {
      if (kind === 'payment') {
        const { value } = await connection.ask(attempt, (sdk, options) =>
          sdk.paymentIntents.retrieve(id, {}, options),
        );
        return { secret: value.client_secret };
      }
      // Since the version "basil" an invoice has a secret of its own.
      const { value } = await connection.ask(attempt, (sdk, options) =>
        sdk.subscriptions.retrieve(id, { expand: ['latest_invoice.confirmation_secret'] }, options),
      );
      const invoice = value.latest_invoice;
      const isExpanded = typeof invoice === 'object' && invoice !== null;
      return { secret: (isExpanded ? invoice.confirmation_secret?.client_secret : undefined) ?? null };
    },
    async find({ kind, reference, since }, { signal, timeout }) {
      const { subject } = await search({
        connection,
        kind,
        since: Date.parse(since),
        matches: (metadata) => metadata?.[referenceField] === reference,
        signal,
        timeout,
      });
      return subject === undefined ? {} : { [subject.kind]: subject.object };
    },
  };
}
