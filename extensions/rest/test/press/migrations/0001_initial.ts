import { createSearchIndex, createTable, defineMigration } from 'backplane/data';

export default defineMigration({
  steps: [
    createTable({
      name: 'press_authors',
      columns: [
        { name: 'id', type: 'uuid' },
        { name: 'name', type: 'string(50)' },
        { name: 'password', type: 'string(50)', nullable: true },
      ],
      primaryKey: ['id'],
      indexes: [{ name: 'press_authors_name_index', columns: ['name'] }],
    }),
    createTable({
      name: 'press_articles',
      columns: [
        { name: 'id', type: 'uuid' },
        { name: 'title', type: 'string(100)' },
        { name: 'slug', type: 'string(50)', nullable: true },
        { name: 'body', type: 'string(500)', nullable: true },
        { name: 'state', type: 'string(9)', default: 'draft' },
        { name: 'views', type: 'integer', default: 0 },
        { name: 'rating', type: 'number', nullable: true },
        { name: 'meta', type: 'json', nullable: true },
        { name: 'secret', type: 'string(20)', default: 'hidden' },
        { name: 'stamp', type: 'string(20)', default: 'none' },
        { name: 'published_at', type: 'timestamp', nullable: true },
        { name: 'created_at', type: 'timestamp' },
        { name: 'updated_at', type: 'timestamp' },
        { name: 'deleted_at', type: 'timestamp', nullable: true },
        { name: 'author_id', type: 'uuid', nullable: true },
      ],
      primaryKey: ['id'],
      indexes: [
        { name: 'press_articles_slug_unique', columns: ['slug'], unique: true, unless: 'deleted_at' },
        { name: 'press_articles_state_index', columns: ['state'] },
        { name: 'press_articles_views_index', columns: ['views'] },
        { name: 'press_articles_published_at_index', columns: ['published_at'] },
        { name: 'press_articles_created_at_index', columns: ['created_at'] },
        { name: 'press_articles_author_id_index', columns: ['author_id'] },
      ],
      foreignKeys: [
        { name: 'press_articles_author_id_foreign', column: 'author_id', table: 'press_authors' },
      ],
    }),
    createSearchIndex('press_articles', ['body', 'title']),
    createTable({
      name: 'press_tags',
      columns: [
        { name: 'id', type: 'uuid' },
        { name: 'name', type: 'string(20)' },
      ],
      primaryKey: ['id'],
      indexes: [{ name: 'press_tags_name_unique', columns: ['name'], unique: true }],
    }),
    createTable({
      name: 'press_articles_tags',
      columns: [
        { name: 'article_id', type: 'uuid' },
        { name: 'tag_id', type: 'uuid' },
        { name: 'weight', type: 'integer', default: 1 },
      ],
      primaryKey: ['article_id', 'tag_id'],
      indexes: [{ name: 'press_articles_tags_tag_id_index', columns: ['tag_id'] }],
      foreignKeys: [
        {
          name: 'press_articles_tags_article_id_foreign',
          column: 'article_id',
          table: 'press_articles',
          onDelete: 'cascade',
        },
        {
          name: 'press_articles_tags_tag_id_foreign',
          column: 'tag_id',
          table: 'press_tags',
          onDelete: 'cascade',
        },
      ],
    }),
    createTable({
      name: 'press_comments',
      columns: [
        { name: 'id', type: 'uuid' },
        { name: 'text', type: 'string(200)' },
        { name: 'spam', type: 'boolean', default: false },
        { name: 'article_id', type: 'uuid' },
      ],
      primaryKey: ['id'],
      indexes: [
        { name: 'press_comments_text_index', columns: ['text'] },
        { name: 'press_comments_article_id_index', columns: ['article_id'] },
      ],
      foreignKeys: [
        {
          name: 'press_comments_article_id_foreign',
          column: 'article_id',
          table: 'press_articles',
          onDelete: 'cascade',
        },
      ],
    }),
    createTable({
      name: 'press_internals',
      columns: [
        { name: 'id', type: 'uuid' },
        { name: 'note', type: 'string(20)' },
        { name: 'article_id', type: 'uuid' },
      ],
      primaryKey: ['id'],
      indexes: [{ name: 'press_internals_article_id_index', columns: ['article_id'] }],
      foreignKeys: [
        { name: 'press_internals_article_id_foreign', column: 'article_id', table: 'press_articles' },
      ],
    }),
  ],
});
