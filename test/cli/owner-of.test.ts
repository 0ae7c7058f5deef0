import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { ownerOf } from '../../kernel/cli/owner-of.ts';

const places = [
  { name: 'blog', folder: '/app/extensions/blog' },
  { name: 'blog-admin', folder: '/app/extensions/blog-admin' },
  { folder: '/app/extensions' },
];

function thrown(message: string, ...frames: readonly string[]): Error {
  const error = new Error(message);
  error.stack = [`Error: ${message}`, ...frames.map((frame) => `    at ${frame}`)].join('\n');
  return error;
}

describe('the owner of something thrown', () => {
  for (const [what, frames, owner] of [
    [
      'the topmost line that lies in an extension',
      [
        'f (/kernel/x.ts:1:2)',
        'g (/app/extensions/blog-admin/a.ts:1:2)',
        'h (/app/extensions/blog/b.ts:1:2)',
      ],
      'blog-admin',
    ],
    ['a line without a function', ['/app/extensions/blog/index.ts:7:11'], 'blog'],
    ['an asynchronous line', ['async Object.boot (/app/extensions/blog/index.ts:7:11)'], 'blog'],
    [
      'a file address with a query',
      [`new A (${pathToFileURL('/app/extensions/blog/a b.ts').href}?generation=1:7:11)`],
      'blog',
    ],
    ['a folder that is no known extension any more', ['f (/app/extensions/gone/index.ts:7:11)'], 'gone'],
    [
      'no extension',
      ['f (node:internal/timers:1:2)', 'g (/kernel/x.ts:1:2)', 'h (/app/extensions-old/blog/x.ts:1:1)'],
      undefined,
    ],
  ] as const) {
    it(`is read from ${what}`, () => {
      expect(ownerOf(thrown('broken', ...frames), places)).to.equal(owner);
    });
  }

  it('is not read from the message', () => {
    const error = thrown('cannot read\n    /app/extensions/blog/index.ts:1:1', 'f (/kernel/x.ts:1:2)');
    expect(ownerOf(error, places)).to.equal(undefined);
  });

  it('is read from the causes where the error itself does not tell', () => {
    const error = thrown('outer', 'f (/kernel/x.ts:1:2)');
    error.cause = thrown('inner', 'f (/app/extensions/blog/x.ts:1:2)');
    expect(ownerOf(error, places)).to.equal('blog');
  });

  it('is unknown for what is no error and comes from no request', () => {
    for (const value of ['text', undefined, null, { stack: '    at /app/extensions/blog/a.ts:1:1' }])
      expect(ownerOf(value, places)).to.equal(undefined);
  });
});
