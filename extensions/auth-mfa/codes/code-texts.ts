/** What goes with a code. Text messages of it stay within the GSM alphabet, where 160 characters are one message. */
export interface CodeTexts {
  subject(issuer: string): string;
  text(code: string, issuer: string, minutes: number): string;
}

const english: CodeTexts = {
  subject: (issuer) => `Your code for ${issuer}`,
  text: (code, issuer, minutes) =>
    `${code} is your code for ${issuer}. It holds for ${minutes} min. Give it to nobody.`,
};

const german: CodeTexts = {
  subject: (issuer) => `Ihr Code für ${issuer}`,
  text: (code, issuer, minutes) =>
    `${code} ist Ihr Code für ${issuer}. Er gilt ${minutes} min. Geben Sie ihn niemandem.`,
};

/** @param locale `de-AT`; English where it is another language, or none is known */
export function codeTexts(locale = 'en'): CodeTexts {
  return /^de(?![a-z])/i.test(locale) ? german : english;
}
