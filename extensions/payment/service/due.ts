/** Milliseconds: younger records are perhaps being worked on, older ones are for people to look at. */
export const youngest = 2 * 60_000;
export const oldest = 7 * 24 * 3_600_000;

/**
 * Is a record to be looked for, in a sweep now? At two minutes, four, eight and so on: what was not found at first was
 * probably never made, and asking each minute for days would take the API from those who pay.
 *
 * @param createdAt milliseconds since 1970, as the others
 * @param last when the sweep before this one began; `undefined`: this is the first
 */
export function isDue(createdAt: number, now: number, last: number | undefined): boolean {
  const age = now - createdAt;
  if (age < youngest || age > oldest) return false;
  return last === undefined || doublings(age) > doublings(last - createdAt);
}

const doublings = (age: number): number => (age < youngest ? -1 : Math.floor(Math.log2(age / youngest)));
