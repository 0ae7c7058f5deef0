import { expect } from 'chai';
import { dropIdleNames } from '../../../kernel/extension/modules/plain-names.ts';

const named = '/* @__PURE__ */ __name(';
const blank = ' '.repeat(named.length);

describe('calls that name a function', () => {
  const cases: readonly [what: string, before: string, after: string][] = [
    ['of one line', `  const f = ${named}(a) => a, "f");`, `  const f = ${blank}(a) => a;`],
    ['of a property', `    handler: ${named}(a) => a, "handler"),`, `    handler: ${blank}(a) => a,`],
    [
      'of several lines, and one in it',
      `var f = ${named}async () => {\n  const g = ${named}() => 1, "g");\n\n  return g;\n}, "f");`,
      `var f = ${blank}async () => {\n  const g = ${blank}() => 1;\n\n  return g;\n};`,
    ],
    ['of a declaration', 'function f() {\n}\n__name(f, "f");', 'function f() {\n}\n'],
  ];
  for (const [what, before, after] of cases) {
    it(`is dropped where the name is the same: ${what}`, () => {
      expect(dropIdleNames(before)).to.equal(after);
    });
  }

  const kept: readonly [what: string, code: string][] = [
    ['whose name differs', `const f2 = ${named}() => 1, "f");`],
    ['of a declaration whose name differs', '__name(f2, "f");'],
    ['beside another', `const f = ${named}() => 1, "f"), g = h(1, "f");`],
    ['with more after it', `const f = ${named}() => 1, "f").bind(1);`],
    ['whose parameters take several lines', `  const f = ${named}({\n    a\n  }) => a, "f");`],
    ['that closes elsewhere', `    const f = ${named}({ a }) => ({\n  }, "f");`],
  ];
  for (const [what, code] of kept) {
    it(`stays: ${what}`, () => {
      expect(dropIdleNames(code)).to.equal(code);
    });
  }
});
