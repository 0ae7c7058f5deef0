/** What the variables of an extension start with: `auth-mfa` → `AUTH_MFA`. */
export function settingsPrefix(extension: string): string {
  return upperSnake(extension);
}

/**
 * The environment variable of a setting: `apiKey` of `auth-mfa` is `AUTH_MFA_API_KEY`, `server.port` of `blog` is
 * `BLOG_SERVER_PORT`.
 *
 * @param prefix what {@link settingsPrefix} gives, or nothing for the kernel's own
 */
export function variableName(prefix: string, path: readonly string[]): string {
  return [prefix, ...path.map(upperSnake)].filter((part) => part !== '').join('_');
}

function upperSnake(name: string): string {
  return name
    .replace(/([a-z\d])([A-Z])/g, '$1_$2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1_$2')
    .replace(/[^A-Za-z\d]+/g, '_')
    .toUpperCase();
}
