import type { Create, PivotName, PivotValues, ScopeKey, ServerKey, Update } from '../../data/entity/types.ts';

type Flat<T> = { [Key in keyof T]: T[Key] } & {};

/** What a caller may say of a new row. Whose it is may be left out where only one can be meant. */
export type CreateInput<Definition> = Flat<
  Omit<Create<Definition>, ServerKey<Definition> | ScopeKey<Definition>> & {
    [Key in ScopeKey<Definition>]?: string;
  } & PairsInput<Definition>
>;

/** The other ends of relations to many that it declares: ids, or objects with an id and the fields of the pair. */
export type PairsInput<Definition> = {
  readonly [Name in PivotName<Definition>]?: readonly (
    | string
    | ({ readonly id: string } & PivotValues<Definition, Name>)
  )[];
};

/** The same in a hook, which may add what only the server sets. */
export type HookedInput<Definition> = Flat<
  Omit<Create<Definition>, ServerKey<Definition>> &
    Partial<Pick<Create<Definition>, ServerKey<Definition> & keyof Create<Definition>>>
>;

/** What a caller may change of a row. */
export type UpdateInput<Definition> = Flat<
  Omit<Update<Definition>, ServerKey<Definition>> & PairsInput<Definition>
>;

/** Who writes: somebody by the rules, or the server's own code, which may set what they may not. */
export type Whose = 'caller' | 'server';

export type CreateBy<Definition, By extends Whose> = By extends 'server'
  ? Flat<
      Omit<HookedInput<Definition>, ScopeKey<Definition>> & {
        [Key in ScopeKey<Definition>]?: string;
      } & PairsInput<Definition>
    >
  : CreateInput<Definition>;

export type UpdateBy<Definition, By extends Whose> = By extends 'server'
  ? Flat<Update<Definition> & PairsInput<Definition>>
  : UpdateInput<Definition>;
