/** An address as accounts are known by: what differs only in case is the same. */
export function normaliseEmail(email: string): string {
  return email.trim().normalize('NFC').toLowerCase();
}
