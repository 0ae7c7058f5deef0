export type { Attempt } from './attempt.ts';
export { type CapabilityTable, capabilities, type DriverTable, drivers } from './capabilities.ts';
export {
  Capability,
  type CapabilityOptions,
  defineCapability,
  type OperationOptions,
  type Safety,
  type Strategy,
  type Tenancy,
} from './capability.ts';
export type {
  AttemptContext,
  CallOptions,
  CallResult,
  CapabilityClient,
  CapabilityName,
  DriverOperations,
} from './capability-types.ts';
export type { Clock, Random } from './clock.ts';
export {
  Driver,
  type DriverOptions,
  defineDriver,
  type ReconcileQuery,
  type Reconciliation,
} from './driver.ts';
export type { Effect, Failure, FailureClass, FailureScope } from './failure.ts';
export { classifyHttp, ResponseError } from './http-failure.ts';
export { type InstanceDefinition, readInstance, secretContext } from './instance-definition.ts';
export { type InstanceStore, MemoryInstances } from './instance-store.ts';
export type { AttemptJournal, AttemptRow, AttemptState, OperationRef } from './journal.ts';
export { isEncrypted, Keyring } from './keyring.ts';
export type { InstanceInfo } from './list.ts';
export { MemoryJournal } from './memory-journal.ts';
export { Providers, type ProvidersOptions } from './providers.ts';
export { Secret } from './secret.ts';
export { instancesFromSettings } from './settings-instances.ts';
export type { AttemptCount, AttemptObserver, AttemptStart } from './telemetry.ts';
export type { WebhookAnswer, WebhookRequest } from './webhook.ts';
export type { ProviderWorld } from './world.ts';
