declare module 'backplane' {
  interface Events {
    'payment.succeeded': { readonly paymentId: string };
    /** The payer has to do something, `action` of the record says what; or a payment method is wanted. */
    'payment.action-required': { readonly paymentId: string };
    /** The amount is reserved, and waits to be captured. */
    'payment.capturable': { readonly paymentId: string };
    'payment.failed': { readonly paymentId: string; readonly code: string | null };
    'payment.canceled': { readonly paymentId: string };
    /** Minor units. */
    'payment.refunded': { readonly paymentId: string; readonly refundId: string; readonly amount: number };
    'payment.refund-failed': { readonly paymentId: string; readonly refundId: string };
    'payment.subscription-changed': {
      readonly subscriptionId: string;
      readonly status: string;
      readonly previous: { readonly status: string; readonly price: string; readonly quantity: number };
    };
  }
}
