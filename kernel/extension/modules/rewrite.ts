import { type Import, parse, type StaticImport } from 'es-module-lexer';
import type { ExternalImport } from './artefact.ts';

/**
 * The names that rewritten code receives. `import(` becomes `$mport(`, of the same length, so that columns stay. The
 * entry of each bundle mentions all three, which keeps esbuild from giving a name of theirs to anything else.
 */
export const RECEIVED = ['$backplane', '$imports', '$mport'] as const;

export interface Rewritten {
  /** The body without import statements; every line is where it was. */
  readonly body: string;
  /** Declarations that bind, from `$imports`, what the import statements bound. */
  readonly bindings: string;
  readonly imports: readonly ExternalImport[];
  /** Literal specifiers of dynamic imports. */
  readonly dynamic: readonly string[];
}

/**
 * Turns an ECMAScript module as esbuild prints it into the body of a function that is given its imports.
 *
 * @param code the bundle
 * @param place file and line in the sources for an offset in the bundle
 */
export function rewrite(code: string, place: (offset: number) => string): Rewritten {
  const [found] = parse(code);
  const imports: ExternalImport[] = [];
  const dynamic: string[] = [];
  const bindings: string[] = [];
  let body = '';
  let end = 0;
  for (const each of found) {
    if (isStatic(each)) {
      const clause = clauseOf(code.slice(each.importStart + 'import'.length, each.start - 1));
      bindings.push(clause.bind(`$imports[${imports.length}]`));
      imports.push({
        specifier: each.specifier,
        attributes: each.attributes === null ? undefined : Object.fromEntries(each.attributes),
        names: clause.names,
        at: place(each.importStart),
      });
      body +=
        code.slice(end, each.importStart) +
        code.slice(each.importStart, each.importEnd).replace(/[^\n]+/g, '');
      end = each.importEnd;
    } else if (each.type === 'dynamic') {
      if (each.specifier !== undefined) dynamic.push(each.specifier);
      body += `${code.slice(end, each.importStart)}$mport`;
      end = each.importStart + 'import'.length;
    }
  }
  return { body: body + code.slice(end), bindings: bindings.join(''), imports, dynamic };
}

const isStatic = (each: Import): each is StaticImport =>
  each.type === 'static' || each.type === 'reexport-star';

interface Clause {
  /** The exports that are taken. */
  readonly names: readonly string[];
  /** The declarations that bind them from a namespace. */
  readonly bind: (namespace: string) => string;
}

/** Reads what stands between `import` and the specifier: `a, { b as c } from`, `* as d from`, or nothing. */
function clauseOf(text: string): Clause {
  const brace = text.indexOf('{');
  const head = (brace < 0 ? text : text.slice(0, brace)).replace(/\bfrom\s*$/, '');
  const pairs: [name: string, local: string][] = [];
  let whole: string | undefined;
  for (const part of head.split(',').map((each) => each.trim())) {
    const namespace = /^\*\s*as\s+(\S+)$/.exec(part)?.[1];
    if (namespace !== undefined) whole = namespace;
    else if (part !== '') pairs.push(['default', part]);
  }
  const named = brace < 0 ? '' : text.slice(brace + 1, text.lastIndexOf('}'));
  for (const [, name = '', local = name] of named.matchAll(
    /("(?:[^"\\]|\\.)*"|[^\s,]+)(?:\s+as\s+([^\s,]+))?/g,
  )) {
    pairs.push([name.startsWith('"') ? JSON.parse(name) : name, local]);
  }
  const members = pairs.map(([name, local]) => `${JSON.stringify(name)}:${local}`).join(',');
  return {
    names: pairs.map(([name]) => name),
    bind: (namespace) =>
      (whole === undefined ? '' : `const ${whole}=${namespace};`) +
      (members === '' ? '' : `const {${members}}=${namespace};`),
  };
}
