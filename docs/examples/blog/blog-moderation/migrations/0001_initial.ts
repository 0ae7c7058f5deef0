import { addColumn, createIndex, defineMigration } from 'backplane/data';

export default defineMigration({
  steps: [
    addColumn('blog_comments', { name: 'held_back', type: 'boolean', default: false }),
    createIndex('blog_comments', { name: 'blog_comments_held_back_index', columns: ['held_back'] }),
  ],
});
