/**
 * A name for an operation, from its method and path: `GET /blog/posts/{id}` → `getBlogPostsById`.
 *
 * @param taken names that are given already; the new one is added
 */
export function operationIdOf(method: string, template: string, taken: Set<string>): string {
  const words = template
    .split('/')
    .filter((segment) => segment !== '')
    .map((segment) => segment.replaceAll(/\{([^}]*)\}/g, ' by $1 '))
    .flatMap((segment) => segment.split(/[^A-Za-z0-9]+/))
    .filter((word) => word !== '');
  return unique(method.toLowerCase() + words.map(capitalised).join(''), taken);
}

/** The name itself, or with a number behind it when it is taken. */
export function unique(name: string, taken: Set<string>): string {
  let free = name;
  for (let count = 2; taken.has(free); count += 1) free = `${name}_${count}`;
  taken.add(free);
  return free;
}

function capitalised(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
