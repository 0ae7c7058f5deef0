import type { DriverOperations } from 'backplane';
import type { Connection } from '../api/connection.ts';
import { referenceField } from '../mapping/objects.ts';
import { search } from '../outcome/search.ts';

type Operations = Pick<DriverOperations<'payment'>, 'handover' | 'find'>;

export function lookups(connection: Connection): Operations {
  return {
    async handover({ kind, id }, attempt) {
      if (kind === 'payment') {
        const { value } = await connection.ask(attempt, (sdk, options) =>
          sdk.paymentIntents.retrieve(id, {}, options),
        );
        const redirectUrl = value.next_action?.redirect_to_url?.url ?? null;
        return { clientSecret: value.client_secret, redirectUrl };
      }
      // Since the version "basil" an invoice has a secret of its own.
      const { value } = await connection.ask(attempt, (sdk, options) =>
        sdk.subscriptions.retrieve(id, { expand: ['latest_invoice.confirmation_secret'] }, options),
      );
      const invoice = value.latest_invoice;
      const isExpanded = typeof invoice === 'object' && invoice !== null;
      const clientSecret = (isExpanded ? invoice.confirmation_secret?.client_secret : undefined) ?? null;
      return { clientSecret, redirectUrl: null };
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
