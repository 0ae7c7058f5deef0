const words = /\b(casino|jackpot|lottery)\b/i;

export function hasBadWords(text: string): boolean {
  return words.test(text);
}
