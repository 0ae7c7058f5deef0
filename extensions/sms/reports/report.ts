/** What became of a message, as a driver's `webhook` tells it. */
export interface SmsReport {
  /** What the API knows the message by: `id` of what `send` gave. */
  readonly id: string;
  /** `sent`: the network has it. `failed`: it does not arrive. */
  readonly state: 'sent' | 'delivered' | 'failed';
  /** Why not, by the API's own codes. */
  readonly code?: string;
}

declare module 'backplane' {
  interface Events {
    /** A provider has told what became of a message; perhaps more than once, and in any order. */
    'sms.reported': SmsReport & { readonly instance: string };
  }
}

const states = ['sent', 'delivered', 'failed'];

export function isSmsReport(value: unknown): value is SmsReport {
  if (typeof value !== 'object' || value === null || !('id' in value) || !('state' in value)) return false;
  const isCode = !('code' in value) || typeof value.code === 'string';
  return typeof value.id === 'string' && states.some((one) => one === value.state) && isCode;
}
