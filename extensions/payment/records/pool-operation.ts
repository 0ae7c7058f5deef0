import type { Kind } from '../contract/events.ts';

/** Making an object, or what is done with it afterwards. */
export type Step = Kind | 'update' | 'confirm' | 'capture' | 'cancel' | 'change' | 'end' | 'resume';

/** What the pool knows a piece of work by: a payment and its refund may have the same `operationId`. */
export const poolOperation = (step: Step, operationId: string): string => `${step}.${operationId}`;
