/** Which instance is meant. */
export interface InstanceRef {
  readonly capability: string;
  readonly instance: string;
  /** Whose it is; everybody's if left out. */
  readonly tenant?: string | undefined;
}

/** What people have said of an instance: until they say something else. */
export interface InstanceSwitch {
  /** Why it is not to be asked; `undefined`: it is, also if its credentials were refused before. */
  readonly off: string | undefined;
  /** Another with each time that it is switched. */
  readonly revision: string;
}

/** Tells instances apart. */
export function placeOf({ capability, instance, tenant }: InstanceRef): string {
  return JSON.stringify([capability, tenant ?? null, instance]);
}
