import type { DataContext, Entity, Loaded, Query, Repository } from 'backplane/data';
import type { Comment, Post, Profile, Tag, User } from '../support/blog.ts';

/** Compiles only when both types are the same. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function same<A, B>(_holds: Same<A, B>): void {}
type Row<Q extends { get(): Promise<readonly unknown[]> }> = Awaited<ReturnType<Q['get']>>[number];

// Checked by the compiler (`npm run check`); at run time there is nothing to see.
describe('Types of queries', () => {
  const none = (_: (posts: Query<typeof Post>) => void): void => {};

  it('give rows the relations that were asked for, and no others', () => {
    none((posts) => {
      const whole = posts.with('author', 'tags').with('comments.author.profile').withJoined('editor');
      type Whole = Row<typeof whole>;
      same<Whole['author'], Entity<typeof User>>(true);
      same<Whole['editor'], Entity<typeof User> | null>(true);
      same<Whole['tags'][number]['pivot'], { weight: number }>(true);
      same<NonNullable<Whole['comments'][number]['author']>['profile'], Entity<typeof Profile> | null>(true);
      same<Whole['title'], string>(true);
      type Plain = Row<typeof posts>;
      same<Plain, Entity<typeof Post>>(true);
      // @ts-expect-error it was not loaded
      same<Plain['author'], unknown>(false);
      // @ts-expect-error nor this one
      same<Whole['comments'][number]['post'], unknown>(false);
    });
  });

  it('take what a constraint loads, too', () => {
    none((posts) => {
      const whole = posts.with('comments', (comments) =>
        comments.where('likes', '>', 1).with('parent.author'),
      );
      type Parent = NonNullable<Row<typeof whole>['comments'][number]['parent']>;
      same<Parent['author'], Entity<typeof User> | null>(true);
      // @ts-expect-error comments have no such field
      posts.with('comments', (comments) => comments.where('title', 'a'));
      // @ts-expect-error nor such a relation
      posts.with('comments.tags');
      // @ts-expect-error a join is to one row
      posts.withJoined('comments');
    });
  });

  it('say that a row may be missing that is marked as deleted', () => {
    same<Loaded<typeof Comment, 'post'>['post'], Entity<typeof Post> | null>(true);
    same<Loaded<typeof Post, 'author'>['author'], Entity<typeof User>>(true);
    same<Loaded<typeof Tag, 'posts'>['posts'][number]['slug'], string>(true);
  });

  it('add counts by their names', () => {
    none((posts) => {
      const counted = posts.withCount('comments').withCount('tags', (tags) => tags.where('name', 'a'));
      same<Row<typeof counted>['commentsCount'], number>(true);
      same<Row<typeof counted>['tagsCount'], number>(true);
      // @ts-expect-error it was not counted
      same<Row<typeof posts>['commentsCount'], number>(false);
    });
  });

  it('let any name pass where an entity is known at run time only', () => {
    const check = async (data: DataContext, schema: { readonly name: string }) => {
      const rows = data.repository(schema);
      await rows.create({ anything: 1, otherId: 'id' });
      await rows.update('id', { anything: null });
      const found = await rows
        .query()
        .where('anything', '>', 1)
        .whereHas('something')
        .with('some.thing')
        .get();
      same<(typeof found)[number]['anything'], unknown>(true);
    };
    void check;
  });

  it('know fields, their values and what a repository takes', () => {
    const check = async (data: DataContext, posts: Repository<typeof Post>, query: Query<typeof Post>) => {
      same<Awaited<ReturnType<typeof posts.find>>, Entity<typeof Post> | undefined>(true);
      const named = data.repository('blog.post');
      same<typeof named, Repository<typeof Post>>(true);
      const statuses = await query.pluck('status');
      same<typeof statuses, ('draft' | 'published')[]>(true);
      query.where('status', 'published').where({ editorId: null }).whereBetween('views', [1, 2]);
      // @ts-expect-error no such status
      query.where('status', 'archived');
      // @ts-expect-error no number
      query.whereIn('views', ['1']);
      // @ts-expect-error it needs an author
      await posts.create({ title: 'a', slug: 'a' });
      // @ts-expect-error there is no such field
      await posts.update('id', { colour: 'red' });
      // @ts-expect-error comments go through no pivot
      await posts.attach('id', 'comments', 'id');
    };
    void check;
  });
});
