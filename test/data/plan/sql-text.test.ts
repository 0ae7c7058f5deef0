import type { Dialect } from 'backplane/data';
import { expect } from 'chai';
import { beginPlanning } from '../../../kernel/data/plan/begin-planning.ts';
import { planList } from '../../../kernel/data/plan/list-plan.ts';
import { defaultLimits, type ReadRequest } from '../../../kernel/data/plan/request.ts';
import { syntaxOf } from '../../../kernel/data/plan/sql/dialects.ts';
import { listSql } from '../../../kernel/data/plan/sql/list.ts';
import { bind } from '../../../kernel/data/plan/sql/writing.ts';
import { blog } from '../support/blog.ts';
import { id } from './seed.ts';

/** The statement of a request, and the values it runs with, without a database. */
function compile(dialect: Dialect, entity: string, request: ReadRequest): [sql: string, values: unknown[]] {
  const planning = beginPlanning(blog, defaultLimits, undefined);
  const { plan } = planList(planning, blog.get(entity), request, {});
  const statement = listSql(blog, syntaxOf(dialect), plan);
  return [statement.sql, bind(statement, planning.values)];
}

describe('The SQL of a request', () => {
  it('reads relations as JSON and pages by offset on SQL Server', () => {
    const request: ReadRequest = {
      fields: ['title'],
      filter: {
        featured: { eq: true },
        views: { in: [1, 2] },
        tags: { none: { name: { startsWith: 'a' } } },
      },
      include: {
        author: { fields: ['name'] },
        comments: { fields: ['text'], limit: 3, sort: ['-id'] },
        tags: { fields: [] },
      },
      sort: ['-rating'],
      page: { size: 20, offset: 40 },
    };
    const [sql, values] = compile('mssql', 'blog.post', request);
    expect(sql).to.equal(
      'select t0.[id] as [id], t0.[title] as [title], t0.[rating] as [key 0], ' +
        'json_query((select top (1) t1.[id] as [id], t1.[name] as [name] from [blog_users] t1 where t1.[id] = t0.[author_id] for json path, include_null_values, without_array_wrapper)) as [author], ' +
        'json_query((select top (3) t2.[id] as [id], t2.[text] as [text] from [blog_comments] t2 where t2.[post_id] = t0.[id] order by t2.[id] desc for json path, include_null_values)) as [comments], ' +
        'json_query((select top (25) t3.[id] as [id], json_query((select t4.[weight] as [weight] for json path, include_null_values, without_array_wrapper)) as [pivot] from [blog_posts_tags] t4 join [blog_tags] t3 on t3.[id] = t4.[tag_id] where t4.[post_id] = t0.[id] order by t3.[id] asc for json path, include_null_values)) as [tags] ' +
        'from [blog_posts] t0 where t0.[deleted_at] is null and ' +
        "(t0.[featured] = ? and t0.[views] in (select value from openjson(?) with (value bigint '$')) and " +
        'not exists (select 1 from [blog_posts_tags] t6 join [blog_tags] t5 on t5.[id] = t6.[tag_id] where t6.[post_id] = t0.[id] and (t5.[name] >= ? and t5.[name] < ?))) ' +
        'order by t0.[rating] desc, t0.[id] desc offset ? rows fetch next 21 rows only',
    );
    expect(values).to.deep.equal([1, '[1,2]', 'a', 'b', 40]);
  });

  it('holds no value of a request, so that requests of one shape share it', () => {
    const request = (text: string, number: number): ReadRequest => ({
      filter: {
        title: { eq: text },
        or: [{ views: { in: [number, number] } }, { body: { contains: text } }],
      },
      search: text,
    });
    for (const dialect of ['sqlite', 'postgres', 'mysql', 'mssql'] as const) {
      const [one, values] = compile(dialect, 'blog.post', request('marker', 4711));
      const [other] = compile(dialect, 'blog.post', request('word', 1));
      expect(one).to.equal(other);
      expect(one).not.to.include('marker').and.not.to.include('4711');
      expect(JSON.stringify(values)).to.include('marker').and.to.include('4711');
    }
  });

  it('orders by the operators of pgvector where they are', () => {
    const near = { field: 'embedding', vector: [1, 2, 3], limit: 5 };
    const [sql, values] = compile('postgres', 'blog.post', { near, fields: [] });
    expect(sql).to.equal(
      'select t0."id" as "id" from "blog_posts" t0 where t0."deleted_at" is null and t0."embedding" is not null order by t0."embedding"::text::vector <=> $1::vector, t0."id" asc limit 6',
    );
    expect(values).to.deep.equal(['[1,2,3]']);
    const [l2] = compile('postgres', 'blog.post', { near: { ...near, distance: 'l2' } });
    expect(l2).to.include('::vector <-> $1::vector');
  });

  it('asks about relations by EXISTS and joins nothing that could multiply rows', () => {
    const filter = {
      comments: { every: { author: { id: { eq: id(1) } } } },
      author: { posts: { some: {} } },
    };
    for (const dialect of ['sqlite', 'postgres', 'mysql', 'mssql'] as const) {
      const [sql] = compile(dialect, 'blog.post', { filter });
      expect(sql.match(/exists \(/g)).to.have.lengthOf(4);
      expect(sql).not.to.include(' join ');
    }
  });
});
