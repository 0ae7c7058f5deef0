/**
 * A phone number as machines write it (ITU-T E.164): `+44 (20) 7946-0958` becomes `+442079460958`.
 * @returns `undefined` for what is none, such as a number without its country
 */
export function phoneNumber(given: string): string | undefined {
  const digits = given.replaceAll(/[\s().-]/g, '');
  return /^\+[1-9]\d{6,14}$/.test(digits) ? digits : undefined;
}
