export { EventBus, type EventBusOptions, type EventScope, type OwnedEvents } from './event-bus.ts';
export type { EventName, Events, PayloadArguments, PayloadOf } from './events.ts';
export {
  defineListener,
  type EventHandler,
  type EventInfo,
  type EventOwner,
  type Listener,
  type ListenerContext,
  type ListenerOptions,
} from './listener.ts';
export { type ListenerTable, listeners } from './listeners.ts';
