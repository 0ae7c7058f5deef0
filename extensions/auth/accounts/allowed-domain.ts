import { getDomain } from 'tldts';

/**
 * May addresses of this domain register? `example.org` in the list lets in all domains below it, as the public suffix list
 * draws the line: `a@eu.example.org`, and not `a@example.org.evil.com`.
 *
 * @param domains those that are let in; none: all are
 */
export function isAllowedDomain(email: string, domains: readonly string[]): boolean {
  if (domains.length === 0) return true;
  const domain = email.slice(email.lastIndexOf('@') + 1);
  const registered = getDomain(domain, { allowPrivateDomains: true });
  return domains.some((one) => {
    const allowed = one.toLowerCase();
    return domain === allowed || (registered === allowed && domain.endsWith(`.${allowed}`));
  });
}
