import { BackplaneError } from '../errors.ts';
import type { InstanceRef } from '../provider/index.ts';
import { type InstanceTest, listedOf, type Providers } from '../provider/index.ts';
import type { Snapshot } from '../snapshot/index.ts';
import {
  type AttemptView,
  type DriversView,
  type InstanceDetailsView,
  type InstanceView,
  viewAttempt,
  viewDetails,
  viewDrivers,
  viewInstance,
} from './provider-views.ts';

/** What administrators see of providers and do with them: behind the routes, and behind the commands. */
export class ProviderAdministration {
  readonly #providers: () => Providers;
  readonly #current: () => Snapshot;

  constructor(providers: () => Providers, current: () => Snapshot) {
    this.#providers = providers;
    this.#current = current;
  }

  async list(): Promise<readonly InstanceView[]> {
    const providers = this.#providers();
    const counts = Map.groupBy(providers.counts(), countKey);
    return providers.list().map((info) => viewInstance(info, counts.get(countKey(info)) ?? []));
  }

  /** @throws PROVIDER_INSTANCE_UNKNOWN */
  async one(ref: InstanceRef): Promise<InstanceDetailsView> {
    const providers = this.#providers();
    const info = listedOf(ref, providers.list());
    const { capability, instance: name, driver } = info;
    // Between the two somebody may have taken it away.
    const settings = providers.settingsOf(ref) ?? { capability, name, driver };
    const counts = providers.counts().filter((one) => countKey(one) === countKey(info));
    return viewDetails(viewInstance(info, counts), settings);
  }

  async drivers(): Promise<DriversView> {
    return viewDrivers(this.#current());
  }

  /** @throws PROVIDER_INSTANCE_UNKNOWN */
  test({ capability, instance, tenant }: InstanceRef): Promise<InstanceTest> {
    return this.#providers().test(capability, instance, tenant);
  }

  /** @throws PROVIDER_INSTANCE_UNKNOWN, PROVIDER_INSTANCE_UNUSABLE, PROVIDER_INSTANCE_ELSEWHERE, PROVIDER_STORE_FAILED */
  async enable(ref: InstanceRef): Promise<InstanceDetailsView> {
    this.#checkUsable(ref);
    await this.#providers().enable(ref.capability, ref.instance, ref.tenant);
    return this.one(ref);
  }

  /** @throws PROVIDER_INSTANCE_UNKNOWN, PROVIDER_INSTANCE_UNUSABLE, PROVIDER_STORE_FAILED */
  async disable(ref: InstanceRef, reason?: string): Promise<InstanceDetailsView> {
    this.#checkUsable(ref);
    await this.#providers().disable(ref.capability, ref.instance, ref.tenant, reason);
    return this.one(ref);
  }

  has(ref: InstanceRef): boolean {
    return this.#providers().settingsOf(ref) !== undefined;
  }

  /**
   * Keeps an instance in the database: a new one, or in place of the one of its name.
   *
   * @param written as in config/providers.ts; name and tenant are those of `ref`
   * @throws PROVIDER_INSTANCE_INVALID with all faults, PROVIDER_INSTANCE_ELSEWHERE, SECRETS_KEY_MISSING, PROVIDER_STORE_FAILED
   */
  async put(ref: InstanceRef, written: Readonly<Record<string, unknown>>): Promise<InstanceDetailsView> {
    const { capability, instance: name, tenant } = ref;
    const faults = Object.entries({ name, tenant })
      .filter(([key, asked]) => written[key] !== undefined && written[key] !== asked)
      .map(([key]) => `/${key} is another than that of the instance that is to be kept.`);
    if (faults.length > 0) {
      const place = `The instance "${name}" of "${capability}"`;
      throw new BackplaneError('PROVIDER_INSTANCE_INVALID', { place, faults });
    }
    const whole = { ...written, name, ...(tenant === undefined ? {} : { tenant }) };
    await this.#providers().put(capability, whole);
    return this.one(ref);
  }

  /** @throws PROVIDER_INSTANCE_UNKNOWN, PROVIDER_INSTANCE_ELSEWHERE, PROVIDER_STORE_FAILED */
  remove(ref: InstanceRef): Promise<void> {
    return this.#providers().remove(ref);
  }

  rekey(): Promise<{ readonly reencrypted: number }> {
    return this.#providers().rekey();
  }

  async unsettled(): Promise<readonly AttemptView[]> {
    return (await this.#providers().unsettled()).map(viewAttempt);
  }

  reconcile(): ReturnType<Providers['reconcile']> {
    return this.#providers().reconcile();
  }

  /** @throws PROVIDER_ATTEMPT_UNKNOWN, PROVIDER_ATTEMPT_AMBIGUOUS, PROVIDER_OUTCOME_INVALID */
  settle(...given: Parameters<Providers['settle']>): Promise<void> {
    return this.#providers().settle(...given);
  }

  #checkUsable(ref: InstanceRef): void {
    const { state, reason } = listedOf(ref, this.#providers().list());
    if (state !== 'invalid') return;
    const { capability, instance } = ref;
    throw new BackplaneError('PROVIDER_INSTANCE_UNUSABLE', { capability, instance, reason });
  }
}

/** Attempts are counted by names: those of several tenants count together. */
function countKey({ capability, instance }: Pick<InstanceRef, 'capability' | 'instance'>): string {
  return `${capability}/${instance}`;
}
