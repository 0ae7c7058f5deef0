import type { Registration } from './registration.ts';
import { resolve } from './resolution.ts';
import type { Services } from './services.ts';
import type { Space } from './space.ts';

/** Where a view looks a name up that it has not met yet. */
interface Lookup {
  has(name: string): boolean;
  /** @throws when this container may not take a service of that name */
  find(name: string): Registration;
}

/** Strings that the language asks of any object: `await services`, `JSON.stringify(services)`, `String(services)`. */
export function isReserved(name: string): boolean {
  return name in Object.prototype || name === 'then' || name === 'toJSON';
}

/** What factories and handlers know as `services`. */
class View {
  readonly #space: Space;

  constructor(space: Space) {
    this.#space = space;
  }

  static take(services: object, registration: Registration): unknown {
    if (!(#space in services)) throw new TypeError('Services are read from the object they were handed in.');
    return resolve(registration, services.#space);
  }
}

/**
 * The kind of `services` object of one container. Each service it meets becomes an accessor of its prototype, so that
 * a request's `services` costs one small object and an access is an ordinary, inlined getter: a Proxy per request, as awilix's
 * scopes have, costs four microseconds. The Proxy is at the end of the prototype chain, where only unmet names arrive.
 */
export class ViewKind {
  readonly #Services: typeof View;
  readonly #lookup: Lookup;

  constructor(lookup: Lookup) {
    this.#lookup = lookup;
    this.#Services = class Services extends View {};
    Object.setPrototypeOf(this.#Services.prototype, this.#unmet());
  }

  create(space: Space): Services {
    const services: object = new this.#Services(space);
    // Its accessors are those of the registrations, whose names and types only the authors of `Services` know.
    return services as Services;
  }

  #unmet(): object {
    return new Proxy(Object.prototype, {
      get: (target, name, services) => {
        if (typeof name === 'symbol' || isReserved(name)) return Reflect.get(target, name, services);
        const registration = this.#lookup.find(name);
        Object.defineProperty(this.#Services.prototype, name, {
          enumerable: true,
          get(this: object) {
            return View.take(this, registration);
          },
        });
        return View.take(services, registration);
      },
      has: (target, name) => name in target || (typeof name === 'string' && this.#lookup.has(name)),
      set: () => false,
    });
  }
}
