import type { Create, ScopeKey, ServerKey, Update } from '../../data/entity/types.ts';

type Flat<T> = { [Key in keyof T]: T[Key] } & {};

/** What a caller may say of a new row. Whose it is may be left out where only one can be meant. */
export type CreateInput<Definition> = Flat<
  Omit<Create<Definition>, ServerKey<Definition> | ScopeKey<Definition>> & {
    [Key in ScopeKey<Definition>]?: string;
  }
>;

/** The same in a hook, which may add what only the server sets. */
export type HookedInput<Definition> = Flat<
  Omit<Create<Definition>, ServerKey<Definition>> &
    Partial<Pick<Create<Definition>, ServerKey<Definition> & keyof Create<Definition>>>
>;

/** What a caller may change of a row. */
export type UpdateInput<Definition> = Flat<Omit<Update<Definition>, ServerKey<Definition>>>;
