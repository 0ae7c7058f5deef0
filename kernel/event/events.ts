/**
 * The events there are: name → payload. Extensions add theirs, and whoever emits or listens is checked against it:
 *
 * @example
 * declare module 'backplane' {
 *   interface Events { 'blog.published': { id: string } }
 * }
 */
// biome-ignore lint/suspicious/noEmptyInterface: it is filled by declaration merging
export interface Events {}

/** The name of an event that somebody declares in {@link Events}. */
export type EventName = keyof Events & string;

/**
 * Events that follow from what else is declared, as those of entities do. Only the kernel emits them; where {@link Events}
 * says otherwise, it counts.
 */
// biome-ignore lint/suspicious/noEmptyInterface: it is filled where those events are emitted
export interface DerivedEvents {}

type HeardEvents = Events & Omit<DerivedEvents, keyof Events>;

/** What follows the name in `emit`: the payload, which may be left out where the event has none. */
export type PayloadArguments<Name extends EventName> = undefined extends Events[Name]
  ? [payload?: Events[Name]]
  : [payload: Events[Name]];

/** The payload of an event, or of all events that a pattern matches; `unknown` where none of them is declared. */
export type PayloadOf<Pattern extends string> = Pattern extends keyof HeardEvents
  ? HeardEvents[Pattern]
  : [MatchingName<Pattern>] extends [never]
    ? unknown
    : HeardEvents[MatchingName<Pattern>];

type MatchingName<Pattern extends string> = {
  [Name in keyof HeardEvents & string]: Matches<Name, Pattern> extends true ? Name : never;
}[keyof HeardEvents & string];

/** Segment by segment, as `compilePattern` does it with names. */
type Matches<Name extends string, Pattern extends string> = Pattern extends '**'
  ? true
  : Pattern extends `${infer First}.${infer Rest}`
    ? Name extends `${infer NameFirst}.${infer NameRest}`
      ? First extends '*' | NameFirst
        ? Matches<NameRest, Rest>
        : false
      : false
    : Pattern extends '*' | Name
      ? Name extends `${string}.${string}`
        ? false
        : true
      : false;
