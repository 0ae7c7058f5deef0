import { createSearchIndex, createTable, defineMigration } from 'backplane/data';

export default defineMigration({
  steps: [
    createTable({
      name: 'items_items',
      columns: [
        { name: 'id', type: 'uuid' },
        { name: 'title', type: 'string(100)' },
        { name: 'price', type: 'integer', default: 0 },
        { name: 'state', type: 'string(5)', default: 'draft' },
        { name: 'keeper_id', type: 'uuid', nullable: true },
        { name: 'team_id', type: 'uuid' },
      ],
      primaryKey: ['id'],
      indexes: [
        { name: 'items_items_title_index', columns: ['title'] },
        { name: 'items_items_price_index', columns: ['price'] },
        { name: 'items_items_team_id_index', columns: ['team_id'] },
      ],
      foreignKeys: [{ name: 'items_items_team_id_foreign', column: 'team_id', table: 'teams_teams' }],
    }),
    createSearchIndex('items_items', ['title']),
    createTable({
      name: 'items_labels',
      columns: [
        { name: 'id', type: 'uuid' },
        { name: 'name', type: 'string(100)' },
      ],
      primaryKey: ['id'],
    }),
    createTable({
      name: 'items_notes',
      columns: [
        { name: 'id', type: 'uuid' },
        { name: 'text', type: 'string(100)' },
        { name: 'stars', type: 'integer', nullable: true },
        { name: 'team_id', type: 'uuid' },
        { name: 'item_id', type: 'uuid' },
      ],
      primaryKey: ['id'],
      indexes: [
        { name: 'items_notes_team_id_index', columns: ['team_id'] },
        { name: 'items_notes_item_id_index', columns: ['item_id'] },
      ],
      foreignKeys: [
        { name: 'items_notes_team_id_foreign', column: 'team_id', table: 'teams_teams' },
        { name: 'items_notes_item_id_foreign', column: 'item_id', table: 'items_items', onDelete: 'cascade' },
      ],
    }),
  ],
});
