import type { EntityDefinition } from '../../data/entity/define.ts';
import type { AnyEntity, Entities } from '../../data/entity/types.ts';
import type { Actor } from '../../http/actor.ts';
import type { Whose } from './input.ts';
import { Manager } from './manager.ts';
import { World, type WorldParts } from './world.ts';

/** Where the managers of a snapshot find whom they work for. */
export interface ManagersParts extends WorldParts {
  /** Who asks; `undefined`: nobody has told who they are. */
  readonly actor: () => Actor | undefined;
}

/**
 * The managers of all entities, for whoever makes the request that is worked with. Outside of a request nobody asks, so
 * that only what everybody may is allowed: {@link as} says for whom, and {@link asSystem} for the application itself.
 */
export class Managers<By extends Whose = 'caller'> {
  readonly #parts: ManagersParts;
  readonly #isSystem: boolean;

  constructor(parts: ManagersParts, isSystem = false) {
    this.#parts = parts;
    this.#isSystem = isSystem;
  }

  /** Who asks. */
  get actor(): Actor | undefined {
    return this.#parts.actor();
  }

  /**
   * @param entity its definition or its name; its schema, where types are not known
   * @throws ENTITY_UNKNOWN
   */
  of<Name extends keyof Entities & string>(entity: Name): Manager<Entities[Name], By>;
  of<Definition extends EntityDefinition>(entity: Definition): Manager<Definition, By>;
  of(entity: { readonly name: string }): Manager<AnyEntity, By>;
  of(entity: string | { readonly name: string }): unknown {
    const name = typeof entity === 'string' ? entity : entity.name;
    const { table } = this.#parts;
    return new Manager(new World(this.#parts, this.actor, this.#isSystem), table.get(name));
  }

  /** The managers as they are for somebody else. */
  as(actor: Actor | undefined): Managers {
    return new Managers({ ...this.#parts, actor: () => actor });
  }

  /** For the application's own work: no access rules; validation, hooks and events as ever. */
  asSystem(): Managers<'server'> {
    return new Managers({ ...this.#parts, actor: () => undefined }, true);
  }
}
