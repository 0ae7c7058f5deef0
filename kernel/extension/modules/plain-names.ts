/**
 * With `keepNames`, esbuild wraps each named function in a call of `__name`, lest a function that had to be renamed in
 * the bundle shows it. Where the name stayed, V8 gives the same name by itself, and the call would only cost 300 ns
 * whenever a handler makes a closure. Such calls are blanked here; what is left keeps its lines and columns.
 */
export function dropIdleNames(code: string): string {
  if (!code.includes('__name(')) return code;
  const lines = code.split('\n');
  lines.forEach((line, index) => {
    if (/^ *__name\((\w+), "\1"\);$/.test(line)) lines[index] = '';
    const opened = /^( *)((?:(?:const|let|var) )?(\w+)(?: =|:) )(\/\* @__PURE__ \*\/ __name\()(.+)$/.exec(
      line,
    );
    if (opened === null) return;
    const [, indent = '', declaration = '', name = '', call = '', rest = ''] = opened;
    const bare = indent + declaration + ' '.repeat(call.length);
    const end = `, "${name}")`;
    const [body = '', after = '', ...others] = rest.split(end);
    if (others.length === 0 && /^[;,]?$/.test(after) && body !== rest) {
      lines[index] = bare + body + after;
    } else if (rest.endsWith('{')) {
      const last = endOfBlock(lines, index, indent);
      const closed = `${indent}}${end}`;
      const following = lines[last]?.slice(closed.length) ?? '';
      if (!lines[last]?.startsWith(closed) || !/^[;,]?$/.test(following)) return;
      lines[index] = bare + rest;
      lines[last] = `${indent}}${following}`;
    }
  });
  return lines.join('\n');
}

/** The first line after `start` that is not indented deeper. */
function endOfBlock(lines: readonly string[], start: number, indent: string): number {
  const deeper = `${indent} `;
  let index = start + 1;
  while (index < lines.length && (lines[index] === '' || lines[index]?.startsWith(deeper))) index++;
  return index;
}
