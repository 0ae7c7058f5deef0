const moment = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)$/i;
const day = /^(\d{4})-(\d\d)-(\d\d)$/;

/** A moment in UTC with milliseconds, as rows hold it; `undefined` for what names none from the year 1 to 9999. */
export function readMoment(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  // As rows and cursors have it: the usual case, at half the cost.
  if (value.length === 24 && value >= '0001' && isCanonical(value)) return value;
  if (!moment.test(value) || readDay(value.slice(0, 10)) === undefined) return undefined;
  const time = Date.parse(value);
  if (Number.isNaN(time)) return undefined;
  const text = new Date(time).toISOString();
  // A zone may carry it out of the years that have four digits, which sort as texts.
  return text.length === 24 && text >= '0001' ? text : undefined;
}

/** The day itself; `undefined` for what names none from the year 1 to 9999. */
export function readDay(value: unknown): string | undefined {
  const parts = typeof value === 'string' ? day.exec(value) : null;
  if (parts === null) return undefined;
  const [text, year, month, date] = parts;
  const made = new Date(`${text}T00:00:00.000Z`);
  // The 30th of February would become a day in March.
  return Number(year) > 0 && made.getUTCMonth() + 1 === Number(month) && made.getUTCDate() === Number(date)
    ? text
    : undefined;
}

function isCanonical(text: string): boolean {
  const time = Date.parse(text);
  return !Number.isNaN(time) && new Date(time).toISOString() === text;
}
