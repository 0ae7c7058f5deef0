/**
 * A phone number as machines write it (ITU-T E.164): `+44 (20) 7946-0958` becomes `+442079460958`.
 * @returns `undefined` for what is none: a number without its country, or one that says two things, as `+44 (0)20 …`
 */
export function phoneNumber(given: string): string | undefined {
  // Callers without types give what they have. The zero is for calls within the country, and would be dialled here.
  if (typeof given !== 'string' || /\(\s*0\s*\)/.test(given)) return undefined;
  const digits = given.replaceAll(/[\s().-]/g, '');
  return /^\+[1-9]\d{6,14}$/.test(digits) ? digits : undefined;
}
