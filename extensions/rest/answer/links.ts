/** Cursors of the pages beside one. */
export interface Neighbours {
  readonly next: string | undefined;
  readonly prev: string | undefined;
}

/** `Link` (RFC 8288) to the pages beside that of a URL; `undefined` if there are none. */
export function linksOf(url: string, { next, prev }: Neighbours): string | undefined {
  if (next === undefined && prev === undefined) return undefined;
  const mark = url.indexOf('?');
  const path = mark === -1 ? url : url.slice(0, mark);
  const query = new URLSearchParams(mark === -1 ? '' : url.slice(mark + 1));
  for (const name of ['page[after]', 'page[before]', 'page[offset]']) query.delete(name);
  const link = (relation: string, name: string, cursor: string | undefined): readonly string[] => {
    if (cursor === undefined) return [];
    const there = new URLSearchParams(query);
    there.set(name, cursor);
    return [`<${path}?${there}>; rel="${relation}"`];
  };
  return [...link('next', 'page[after]', next), ...link('prev', 'page[before]', prev)].join(', ');
}
