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
    const opened = /^( *)((?:(?:const|let|var) )?(\w+) = )(\/\* @__PURE__ \*\/ __name\()(.+)$/.exec(line);
    if (opened === null) return;
    const [, indent = '', declaration = '', name = '', call = '', rest = ''] = opened;
    const bare = indent + declaration + ' '.repeat(call.length);
    const end = `, "${name}");`;
    if (rest.indexOf(end.slice(0, -1)) === rest.length - end.length && rest.endsWith(end)) {
      lines[index] = `${bare}${rest.slice(0, -end.length)};`;
    } else if (rest.endsWith('{')) {
      const last = endOfBlock(lines, index, indent);
      if (lines[last] !== `${indent}}${end}`) return;
      lines[index] = bare + rest;
      lines[last] = `${indent}};`;
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
