import { type Client, digestOf, randomToken } from '../../auth/index.ts';
import { Device } from '../entities/device.ts';
import { type MfaEnvironment, momentIn } from '../environment.ts';

/** Devices on which a second step was done lately. */
export class Devices {
  readonly #environment: MfaEnvironment;

  constructor(environment: MfaEnvironment) {
    this.#environment = environment;
  }

  /**
   * Remembers a device.
   *
   * @param stamp of the password; with another one the device is a stranger
   * @returns what it has to send with its next login; `undefined` where none are remembered
   */
  async remember(userId: string, stamp: string, client: Client): Promise<string | undefined> {
    const { deviceLifetime } = this.#environment.settings;
    if (deviceLifetime === 0) return undefined;
    const token = randomToken();
    await this.#rows.create({
      userId,
      stamp,
      hash: digestOf(token),
      ip: client.ip ?? null,
      userAgent: client.userAgent ?? null,
      lastUsedAt: momentIn(0, this.#environment),
      expiresAt: momentIn(deviceLifetime, this.#environment),
    });
    return token;
  }

  /** Is it a device of this user that is remembered? */
  async knows(userId: string, stamp: string, token: string): Promise<boolean> {
    const now = momentIn(0, this.#environment);
    const known = await this.#rows
      .query()
      .where({ userId, stamp, hash: digestOf(token) })
      .where('expiresAt', '>', now)
      .update({ lastUsedAt: now });
    return known > 0 && this.#environment.settings.deviceLifetime > 0;
  }

  list(userId: string): Promise<Device[]> {
    return this.#rows
      .query()
      .where({ userId })
      .where('expiresAt', '>', momentIn(0, this.#environment))
      .latest('lastUsedAt')
      .get();
  }

  /** @returns had the user such a device? */
  async forget(userId: string, id: string): Promise<boolean> {
    return (await this.#rows.query().where({ userId, id }).delete()) > 0;
  }

  async forgetAll(userId: string): Promise<void> {
    await this.#rows.query().where({ userId }).delete();
  }

  async sweep(): Promise<void> {
    await this.#rows.query().where('expiresAt', '<', momentIn(0, this.#environment)).delete();
  }

  get #rows() {
    return this.#environment.services.data.repository(Device);
  }
}
