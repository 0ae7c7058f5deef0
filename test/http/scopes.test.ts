import { expect } from 'chai';
import { isWithinScopes } from '../../kernel/http/index.ts';

describe('Scopes of an actor', () => {
  it('limit nothing where there are none, and everything where the list is empty', () => {
    expect(isWithinScopes(undefined, 'blog.post:read')).to.equal(true);
    expect(isWithinScopes([], 'blog.post:read')).to.equal(false);
  });

  it('name an operation, all of a resource, one of all resources, or everything', () => {
    for (const scope of ['blog.post:read', 'blog.post:*', '*:read', '*:*', '*'])
      expect(isWithinScopes(['mail:send', scope], 'blog.post:read'), scope).to.equal(true);
    for (const scope of ['blog.post:update', 'blog.comment:*', 'blog:*', '*:update', 'blog.post', 'blog.*'])
      expect(isWithinScopes([scope], 'blog.post:read'), scope).to.equal(false);
  });
});
