/** One positional argument of a command. */
export interface ArgumentShape {
  readonly description: string;
  /** May be left out; only the last arguments can be. */
  readonly optional?: boolean;
  /** Takes all words that are left, none of them too; only the last argument can. */
  readonly variadic?: boolean;
}

/** One option of a command; `dryRun` is written `--dry-run`. */
export type OptionShape =
  | { readonly type: 'boolean'; readonly description: string }
  | {
      readonly type: 'string';
      readonly description: string;
      /** What its value is called in the help: `folder`. */
      readonly value?: string;
      readonly choices?: readonly string[];
      /** Called without it, the command is called in a wrong way. */
      readonly required?: boolean;
    }
  | { readonly type: 'number'; readonly description: string; readonly value?: string };

export type ArgumentShapes = Readonly<Record<string, ArgumentShape>>;
export type OptionShapes = Readonly<Record<string, OptionShape>>;

/** What the command line of a command looks like. */
export interface CommandShape<
  Arguments extends ArgumentShapes = ArgumentShapes,
  Options extends OptionShapes = OptionShapes,
> {
  /** In the order in which they are written. */
  readonly arguments?: Arguments;
  readonly options?: Options;
  /** A whole command line, for the help: `backplane blog import posts.csv --dry-run`. */
  readonly example?: string;
}

/** The words given for the arguments. */
export type ArgumentValues<Arguments extends ArgumentShapes = ArgumentShapes> = {
  readonly [Name in keyof Arguments]: Arguments[Name] extends { readonly variadic: true }
    ? readonly string[]
    : Arguments[Name] extends { readonly optional: true }
      ? string | undefined
      : ArgumentShape extends Arguments[Name]
        ? string | readonly string[] | undefined
        : string;
};

/** The values given for the options; `undefined` for those left out, `false` for flags. */
export type OptionValues<Options extends OptionShapes = OptionShapes> = {
  readonly [Name in keyof Options]: Options[Name] extends { readonly type: 'boolean' }
    ? boolean
    : Options[Name] extends { readonly type: 'number' }
      ? number | undefined
      : Options[Name] extends { readonly type: 'string'; readonly choices: readonly (infer Choice)[] }
        ? Choice | undefined
        : Options[Name] extends { readonly type: 'string'; readonly required: true }
          ? string
          : Options[Name] extends { readonly type: 'string' }
            ? string | undefined
            : boolean | number | string | undefined;
};
