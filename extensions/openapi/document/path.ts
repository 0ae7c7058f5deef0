/** A parameter in a path. */
export interface PathParameter {
  /** As the handler finds it: `id`, or `*` for the rest of the path. */
  readonly key: string;
  /** As the template of the document has it. */
  readonly name: string;
  /** Regular expression that the value has to match, where the path gives one. */
  readonly pattern: string | undefined;
}

export interface PathTemplate {
  /** `/posts/{id}` */
  readonly template: string;
  readonly parameters: readonly PathParameter[];
}

/**
 * The templates of a path as the route table (find-my-way) reads it: `:id`, `:id(^\\d+$)`, `:from-:to`, `:id?` at the end
 * (two templates), `*` for the rest, `::` for a colon.
 */
export function templatesOf(path: string): readonly PathTemplate[] {
  const optional = /^(.*)\/(:[^/()?]+)\?\/?$/.exec(path);
  if (!optional) return [templateOf(path)];
  const [, before = '', last = ''] = optional;
  return [templateOf(before || '/'), templateOf(`${before}/${last}`)];
}

function templateOf(path: string): PathTemplate {
  const parameters: PathParameter[] = [];
  const add = (key: string, wanted: string, pattern?: string): string => {
    let name = wanted;
    while (parameters.some((other) => other.name === name)) name += '_';
    parameters.push({ key, name, pattern });
    return `{${name}}`;
  };
  let template = '';
  let at = 0;
  while (at < path.length) {
    const char = path[at] ?? '';
    if (path.startsWith('::', at)) {
      template += ':';
      at += 2;
    } else if (char === ':') {
      const [found = '', name = ''] = /^:([^/().-]+)/.exec(path.slice(at)) ?? [char];
      at += found.length;
      const end = path[at] === '(' ? closing(path, at) : at;
      template += add(name, name, end > at ? path.slice(at + 1, end - 1) : undefined);
      at = end;
    } else if (char === '*') {
      template += add('*', 'wildcard');
      at += 1;
    } else {
      template += char;
      at += 1;
    }
  }
  return { template, parameters };
}

/** Position behind the parenthesis that closes the one at `start`. */
function closing(path: string, start: number): number {
  let depth = 0;
  for (let at = start; at < path.length; at += 1) {
    if (path[at] === '\\') at += 1;
    else if (path[at] === '(') depth += 1;
    else if (path[at] === ')') depth -= 1;
    if (depth === 0) return at + 1;
  }
  return path.length;
}
