/**
 * Digits after the decimal point, by ISO 4217 (list one, "minor unit"); 2 for every currency that is not here. Providers
 * that count otherwise convert in their driver.
 */
const digits: Readonly<Record<string, number>> = {
  ...of(0, 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'),
  ...of(3, 'BHD IQD JOD KWD LYD OMR TND'),
  ...of(4, 'CLF UYW'),
};

function of(count: number, codes: string): Record<string, number> {
  return Object.fromEntries(codes.split(' ').map((code) => [code, count]));
}

/** @param currency ISO 4217, in upper case @returns how many digits its minor units are of one unit: EUR 2, JPY 0, KWD 3 */
export function digitsOf(currency: string): number {
  return Object.hasOwn(digits, currency) ? (digits[currency] ?? 2) : 2;
}
