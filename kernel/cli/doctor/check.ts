/** What one check found. `warning`: something works less than it could; `failed`: something does not work. */
export interface Finding {
  readonly status: 'ok' | 'warning' | 'failed';
  /** What was checked, in a word or two: `Node`, `port`, the name of an extension. */
  readonly subject: string;
  /** What was found, with how to mend it where it is not ok. */
  readonly message: string;
}

export const ok = (subject: string, message: string): Finding => ({ status: 'ok', subject, message });
export const warning = (subject: string, message: string): Finding => ({
  status: 'warning',
  subject,
  message,
});
export const failed = (subject: string, message: string): Finding => ({ status: 'failed', subject, message });
