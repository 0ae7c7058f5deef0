import { expect } from 'chai';
import type { PayloadOf } from '../../kernel/event/index.ts';
import { compilePattern } from '../../kernel/event/pattern.ts';
import './fixture.ts';

describe('a pattern of events', () => {
  const cases: readonly [pattern: string, hears: readonly string[], not: readonly string[]][] = [
    ['blog.published', ['blog.published'], ['blog.publishe', 'blog_published', 'blog.published.twice']],
    ['blog.*', ['blog.published', 'blog.a-b'], ['blog', 'blog.post.published', 'blogs.published']],
    ['blog.*.deleted', ['blog.post.deleted'], ['blog.deleted', 'blog.a.b.deleted']],
    ['blog.**', ['blog.published', 'blog.post.published'], ['blog', 'blogs.published', 'my.blog.published']],
    ['*', ['started'], ['blog.published']],
    ['**', ['started', 'blog.post.published'], []],
    ['a+b.*', ['a+b.c'], ['aab.c']],
  ];
  for (const [pattern, hears, not] of cases) {
    it(`"${pattern}" hears ${hears.join(', ')}${not.length > 0 ? ` and not ${not.join(', ')}` : ''}`, () => {
      const { matches } = compilePattern(pattern);
      for (const name of hears) expect(matches(name), name).to.equal(true);
      for (const name of not) expect(matches(name), name).to.equal(false);
    });
  }

  it('is refused with the reason when it is none', () => {
    const reasons = {
      '': 'a segment between its dots is empty',
      'blog..x': 'a segment between its dots is empty',
      '**.published': '"**" may only stand at its end',
      'blog.pub*': '"pub*" mixes a wildcard with a name; "*" stands for a whole segment',
    };
    for (const [pattern, reason] of Object.entries(reasons)) {
      expect(() => compilePattern(pattern))
        .to.throw(`"${pattern}" is no pattern of events: ${reason}.`)
        .with.property('code', 'EVENT_PATTERN_INVALID');
    }
  });

  it('types the payload by the events that it matches', () => {
    // Checked by the compiler: each assignment is an error if the type is another one.
    const exact: PayloadOf<'shop.ordered'> = { id: '1' };
    const segment: PayloadOf<'shop.stock.*'> = { article: 'a' };
    const unknown: PayloadOf<'nobody.declares'> = Symbol('anything');
    const several: PayloadOf<'shop.*'> = undefined;
    // @ts-expect-error "shop.*" does not reach "shop.stock.low"
    const deeper: PayloadOf<'shop.*'> = { article: 'a' };
    expect([exact, segment, unknown, several, deeper]).to.have.length(5);
  });
});
