/** Characters of the GSM 7-bit default alphabet (3GPP TS 23.038, 6.2.1). */
const basic = new Set(
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
);
/** Those of its extension table, which take two places. */
const extended = new Set('\f^{}\\[~]|€');

/**
 * Messages that a text is sent as: 160 characters of the GSM alphabet in one, 153 in each of several; 70 and 67 where a
 * character is not in it.
 */
export function segmentsOf(text: string): number {
  const characters = [...text];
  const isGsm = characters.every((one) => basic.has(one) || extended.has(one));
  const places = isGsm ? characters.reduce((sum, one) => sum + (extended.has(one) ? 2 : 1), 0) : text.length;
  const [alone, together] = isGsm ? [160, 153] : [70, 67];
  return places <= alone ? 1 : Math.ceil(places / together);
}
