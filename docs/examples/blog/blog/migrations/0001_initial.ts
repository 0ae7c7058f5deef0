import { createSearchIndex, createTable, defineMigration } from 'backplane/data';

export default defineMigration({
  steps: [
    createTable({
      name: 'blog_posts',
      columns: [
        { name: 'id', type: 'uuid' },
        { name: 'title', type: 'string(200)' },
        { name: 'slug', type: 'string(220)' },
        { name: 'body', type: 'text', nullable: true },
        { name: 'status', type: 'string(9)', default: 'draft' },
        { name: 'created_at', type: 'timestamp' },
        { name: 'updated_at', type: 'timestamp' },
        { name: 'deleted_at', type: 'timestamp', nullable: true },
        { name: 'team_id', type: 'uuid' },
        { name: 'author_id', type: 'uuid' },
      ],
      primaryKey: ['id'],
      indexes: [
        { name: 'blog_posts_title_index', columns: ['title'] },
        { name: 'blog_posts_slug_unique', columns: ['slug'], unique: true, unless: 'deleted_at' },
        { name: 'blog_posts_status_index', columns: ['status'] },
        { name: 'blog_posts_created_at_index', columns: ['created_at'] },
        { name: 'blog_posts_team_id_index', columns: ['team_id'] },
        { name: 'blog_posts_author_id_index', columns: ['author_id'] },
      ],
      foreignKeys: [
        { name: 'blog_posts_team_id_foreign', column: 'team_id', table: 'teams_teams' },
        { name: 'blog_posts_author_id_foreign', column: 'author_id', table: 'auth_users' },
      ],
    }),
    createSearchIndex('blog_posts', ['body', 'title']),
    createTable({
      name: 'blog_comments',
      columns: [
        { name: 'id', type: 'uuid' },
        { name: 'text', type: 'text' },
        { name: 'created_at', type: 'timestamp' },
        { name: 'updated_at', type: 'timestamp' },
        { name: 'post_id', type: 'uuid' },
        { name: 'author_id', type: 'uuid' },
      ],
      primaryKey: ['id'],
      indexes: [
        { name: 'blog_comments_created_at_index', columns: ['created_at'] },
        { name: 'blog_comments_post_id_index', columns: ['post_id'] },
        { name: 'blog_comments_author_id_index', columns: ['author_id'] },
      ],
      foreignKeys: [
        {
          name: 'blog_comments_post_id_foreign',
          column: 'post_id',
          table: 'blog_posts',
          onDelete: 'cascade',
        },
        { name: 'blog_comments_author_id_foreign', column: 'author_id', table: 'auth_users' },
      ],
    }),
    createTable({
      name: 'blog_tags',
      columns: [
        { name: 'id', type: 'uuid' },
        { name: 'name', type: 'string(50)' },
      ],
      primaryKey: ['id'],
      indexes: [{ name: 'blog_tags_name_unique', columns: ['name'], unique: true }],
    }),
    createTable({
      name: 'blog_posts_tags',
      columns: [
        { name: 'post_id', type: 'uuid' },
        { name: 'tag_id', type: 'uuid' },
      ],
      primaryKey: ['post_id', 'tag_id'],
      indexes: [{ name: 'blog_posts_tags_tag_id_index', columns: ['tag_id'] }],
      foreignKeys: [
        {
          name: 'blog_posts_tags_post_id_foreign',
          column: 'post_id',
          table: 'blog_posts',
          onDelete: 'cascade',
        },
        { name: 'blog_posts_tags_tag_id_foreign', column: 'tag_id', table: 'blog_tags', onDelete: 'cascade' },
      ],
    }),
  ],
});
