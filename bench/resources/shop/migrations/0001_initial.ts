import { createTable, defineMigration } from 'backplane/data';

export default defineMigration({
  steps: [
    createTable({
      name: 'shop_categories',
      columns: [
        { name: 'id', type: 'uuid' },
        { name: 'name', type: 'string(100)' },
      ],
      primaryKey: ['id'],
    }),
    createTable({
      name: 'shop_items',
      columns: [
        { name: 'id', type: 'uuid' },
        { name: 'name', type: 'string(100)' },
        { name: 'slug', type: 'string(100)' },
        { name: 'description', type: 'string(500)' },
        { name: 'state', type: 'string(9)', default: 'draft' },
        { name: 'price', type: 'integer' },
        { name: 'created_at', type: 'timestamp' },
        { name: 'updated_at', type: 'timestamp' },
        { name: 'team_id', type: 'uuid' },
        { name: 'category_id', type: 'uuid' },
      ],
      primaryKey: ['id'],
      indexes: [
        { name: 'shop_items_created_at_index', columns: ['created_at'] },
        { name: 'shop_items_team_id_index', columns: ['team_id'] },
        { name: 'shop_items_category_id_index', columns: ['category_id'] },
        { name: 'shop_items_state_price_index', columns: ['state', 'price'] },
      ],
      foreignKeys: [
        { name: 'shop_items_team_id_foreign', column: 'team_id', table: 'teams_teams' },
        { name: 'shop_items_category_id_foreign', column: 'category_id', table: 'shop_categories' },
      ],
    }),
    createTable({
      name: 'shop_audits',
      columns: [
        { name: 'id', type: 'uuid' },
        { name: 'action', type: 'string(20)' },
        { name: 'actor_id', type: 'uuid' },
        { name: 'at', type: 'timestamp' },
        { name: 'item_id', type: 'uuid' },
      ],
      primaryKey: ['id'],
      indexes: [{ name: 'shop_audits_item_id_index', columns: ['item_id'] }],
      foreignKeys: [{ name: 'shop_audits_item_id_foreign', column: 'item_id', table: 'shop_items' }],
    }),
  ],
});
