import type { DriverOperations } from 'backplane';
import type StripeSdk from 'stripe';
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
      const expand = ['latest_invoice.confirmation_secret', 'pending_setup_intent'];
      const { value } = await connection.ask(attempt, (sdk, options) =>
        sdk.subscriptions.retrieve(id, { expand }, options),
      );
      // In a trial nothing is to be paid yet, and the payment method is only set up.
      const clientSecret = secretOfInvoice(value) ?? secretOfSetup(value);
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

/** Since the version "basil" an invoice has a secret of its own. */
function secretOfInvoice({ latest_invoice: invoice }: StripeSdk.Subscription): string | null {
  const isExpanded = typeof invoice === 'object' && invoice !== null;
  return (isExpanded ? invoice.confirmation_secret?.client_secret : undefined) ?? null;
}

function secretOfSetup({ pending_setup_intent: setup }: StripeSdk.Subscription): string | null {
  return typeof setup === 'object' && setup !== null ? setup.client_secret : null;
}
