import { createTable, defineMigration } from 'backplane/data';

export default defineMigration({
  steps: [
    createTable({
      name: 'teams_teams',
      columns: [
        { name: 'id', type: 'uuid' },
        { name: 'name', type: 'string(100)' },
        { name: 'created_at', type: 'timestamp' },
        { name: 'updated_at', type: 'timestamp' },
        { name: 'parent_id', type: 'uuid', nullable: true },
      ],
      primaryKey: ['id'],
      indexes: [
        { name: 'teams_teams_name_index', columns: ['name'] },
        { name: 'teams_teams_created_at_index', columns: ['created_at'] },
        { name: 'teams_teams_parent_id_index', columns: ['parent_id'] },
      ],
      foreignKeys: [{ name: 'teams_teams_parent_id_foreign', column: 'parent_id', table: 'teams_teams' }],
    }),
    createTable({
      name: 'teams_closures',
      columns: [
        { name: 'id', type: 'uuid' },
        { name: 'depth', type: 'integer' },
        { name: 'ancestor_id', type: 'uuid' },
        { name: 'descendant_id', type: 'uuid' },
      ],
      primaryKey: ['id'],
      indexes: [
        { name: 'teams_closures_ancestor_id_index', columns: ['ancestor_id'] },
        { name: 'teams_closures_descendant_id_index', columns: ['descendant_id'] },
        {
          name: 'teams_closures_descendant_id_ancestor_id_unique',
          columns: ['descendant_id', 'ancestor_id'],
          unique: true,
        },
        { name: 'teams_closures_ancestor_id_descendant_id_index', columns: ['ancestor_id', 'descendant_id'] },
      ],
      foreignKeys: [
        {
          name: 'teams_closures_ancestor_id_foreign',
          column: 'ancestor_id',
          table: 'teams_teams',
          onDelete: 'cascade',
        },
        {
          name: 'teams_closures_descendant_id_foreign',
          column: 'descendant_id',
          table: 'teams_teams',
          onDelete: 'cascade',
        },
      ],
    }),
    createTable({
      name: 'teams_epoch',
      columns: [
        { name: 'id', type: 'uuid' },
        { name: 'number', type: 'integer' },
      ],
      primaryKey: ['id'],
    }),
    createTable({
      name: 'teams_roles',
      columns: [
        { name: 'id', type: 'uuid' },
        { name: 'name', type: 'string(100)' },
        { name: 'built_in', type: 'boolean', default: false },
        { name: 'created_at', type: 'timestamp' },
        { name: 'updated_at', type: 'timestamp' },
        { name: 'team_id', type: 'uuid', nullable: true },
      ],
      primaryKey: ['id'],
      indexes: [
        { name: 'teams_roles_name_index', columns: ['name'] },
        { name: 'teams_roles_created_at_index', columns: ['created_at'] },
        { name: 'teams_roles_team_id_index', columns: ['team_id'] },
      ],
      foreignKeys: [
        { name: 'teams_roles_team_id_foreign', column: 'team_id', table: 'teams_teams', onDelete: 'cascade' },
      ],
    }),
    createTable({
      name: 'teams_grants',
      columns: [
        { name: 'id', type: 'uuid' },
        { name: 'permission', type: 'string(200)' },
        { name: 'fields', type: 'json', nullable: true },
        { name: 'filter', type: 'json', nullable: true },
        { name: 'created_at', type: 'timestamp' },
        { name: 'updated_at', type: 'timestamp' },
        { name: 'role_id', type: 'uuid' },
      ],
      primaryKey: ['id'],
      indexes: [
        { name: 'teams_grants_created_at_index', columns: ['created_at'] },
        { name: 'teams_grants_role_id_index', columns: ['role_id'] },
      ],
      foreignKeys: [
        {
          name: 'teams_grants_role_id_foreign',
          column: 'role_id',
          table: 'teams_roles',
          onDelete: 'cascade',
        },
      ],
    }),
    createTable({
      name: 'teams_inheritances',
      columns: [
        { name: 'id', type: 'uuid' },
        { name: 'role_id', type: 'uuid' },
        { name: 'inherited_id', type: 'uuid' },
      ],
      primaryKey: ['id'],
      indexes: [
        { name: 'teams_inheritances_role_id_index', columns: ['role_id'] },
        { name: 'teams_inheritances_inherited_id_index', columns: ['inherited_id'] },
        {
          name: 'teams_inheritances_role_id_inherited_id_unique',
          columns: ['role_id', 'inherited_id'],
          unique: true,
        },
      ],
      foreignKeys: [
        {
          name: 'teams_inheritances_role_id_foreign',
          column: 'role_id',
          table: 'teams_roles',
          onDelete: 'cascade',
        },
        {
          name: 'teams_inheritances_inherited_id_foreign',
          column: 'inherited_id',
          table: 'teams_roles',
          onDelete: 'cascade',
        },
      ],
    }),
    createTable({
      name: 'teams_invitations',
      columns: [
        { name: 'id', type: 'uuid' },
        { name: 'email', type: 'string(254)' },
        { name: 'token_hash', type: 'string(43)' },
        { name: 'expires_at', type: 'timestamp' },
        { name: 'accepted_at', type: 'timestamp', nullable: true },
        { name: 'created_at', type: 'timestamp' },
        { name: 'updated_at', type: 'timestamp' },
        { name: 'team_id', type: 'uuid' },
        { name: 'role_id', type: 'uuid' },
        { name: 'invited_by_id', type: 'uuid', nullable: true },
      ],
      primaryKey: ['id'],
      indexes: [
        { name: 'teams_invitations_token_hash_unique', columns: ['token_hash'], unique: true },
        { name: 'teams_invitations_created_at_index', columns: ['created_at'] },
        { name: 'teams_invitations_team_id_index', columns: ['team_id'] },
        { name: 'teams_invitations_role_id_index', columns: ['role_id'] },
        { name: 'teams_invitations_invited_by_id_index', columns: ['invited_by_id'] },
      ],
      foreignKeys: [
        {
          name: 'teams_invitations_team_id_foreign',
          column: 'team_id',
          table: 'teams_teams',
          onDelete: 'cascade',
        },
        {
          name: 'teams_invitations_role_id_foreign',
          column: 'role_id',
          table: 'teams_roles',
          onDelete: 'cascade',
        },
        {
          name: 'teams_invitations_invited_by_id_foreign',
          column: 'invited_by_id',
          table: 'auth_users',
          onDelete: 'cascade',
        },
      ],
    }),
    createTable({
      name: 'teams_memberships',
      columns: [
        { name: 'id', type: 'uuid' },
        { name: 'created_at', type: 'timestamp' },
        { name: 'updated_at', type: 'timestamp' },
        { name: 'user_id', type: 'uuid' },
        { name: 'team_id', type: 'uuid' },
        { name: 'role_id', type: 'uuid' },
      ],
      primaryKey: ['id'],
      indexes: [
        { name: 'teams_memberships_created_at_index', columns: ['created_at'] },
        { name: 'teams_memberships_user_id_index', columns: ['user_id'] },
        { name: 'teams_memberships_team_id_index', columns: ['team_id'] },
        { name: 'teams_memberships_role_id_index', columns: ['role_id'] },
        {
          name: 'teams_memberships_team_id_user_id_role_id_unique',
          columns: ['team_id', 'user_id', 'role_id'],
          unique: true,
        },
      ],
      foreignKeys: [
        {
          name: 'teams_memberships_user_id_foreign',
          column: 'user_id',
          table: 'auth_users',
          onDelete: 'cascade',
        },
        {
          name: 'teams_memberships_team_id_foreign',
          column: 'team_id',
          table: 'teams_teams',
          onDelete: 'cascade',
        },
        {
          name: 'teams_memberships_role_id_foreign',
          column: 'role_id',
          table: 'teams_roles',
          onDelete: 'cascade',
        },
      ],
    }),
  ],
});
