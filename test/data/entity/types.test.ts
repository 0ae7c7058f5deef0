import type { Create, Entity, Loaded, Update, View } from 'backplane/data';
import { defineEntity, Type } from 'backplane/data';
import type { Comment, Post, Tag, User } from '../support/blog.ts';

/** Compiles only when both types are the same. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function same<A, B>(_holds: Same<A, B>): void {}

// Checked by the compiler (`npm run check`); at run time there is nothing to see.
describe('Types of entities', () => {
  it('give a row its fields, keys and marks', () => {
    same<
      Entity<typeof Comment>,
      {
        readonly id: string;
        text: string;
        likes: number;
        postId: string;
        authorId: string | null;
        parentId: string | null;
        readonly createdAt: string;
        readonly updatedAt: string;
      }
    >(true);
    same<Entity<typeof Post>['status'], 'draft' | 'published'>(true);
    same<Entity<typeof Post>['deletedAt'], string | null>(true);
    same<Entity<typeof Post>['details'], { words: number; tone: string } | null>(true);
  });

  it('let a new row leave out what is optional or has a default', () => {
    const comment: Create<typeof Comment> = { text: 'Hello', postId: 'id' };
    same<Create<typeof Post>['status'], 'draft' | 'published' | undefined>(true);
    // @ts-expect-error a comment needs a post
    const orphan: Create<typeof Comment> = { text: 'Hello' };
    // @ts-expect-error it has no such field
    const strange: Create<typeof Comment> = { text: 'Hello', postId: 'id', colour: 'red' };
    void [comment, orphan, strange];
  });

  it('let a change name any part', () => {
    const change: Update<typeof Post> = { rating: null, title: 'New' };
    // @ts-expect-error the framework keeps it
    const wrong: Update<typeof Post> = { createdAt: 'now' };
    void [change, wrong];
  });

  it('leave what may not be read out of a view', () => {
    const Secret = defineEntity('a.secret', {
      fields: {
        shown: Type.String(),
        hidden: Type.String({ read: false }),
        vector: Type.Vector(3, { read: false }),
      },
    });
    const view: View<typeof Secret> = { id: 'a', shown: 'b' };
    // @ts-expect-error it may not leave the server
    view.hidden;
    // @ts-expect-error nor may this
    view.vector;
  });

  it('give relations the types of their targets', () => {
    type Whole = Loaded<typeof Post, 'author' | 'editor' | 'tags'>;
    same<Whole['author'], Entity<typeof User>>(true);
    same<Whole['editor'], Entity<typeof User> | null>(true);
    same<Whole['tags'][number]['pivot'], { weight: number }>(true);
    same<Whole['tags'][number]['name'], Entity<typeof Tag>['name']>(true);
  });
});
