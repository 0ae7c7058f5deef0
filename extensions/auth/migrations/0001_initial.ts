import { createTable, defineMigration } from 'backplane/data';

export default defineMigration({
  steps: [
    createTable({
      name: 'auth_users',
      columns: [
        { name: 'id', type: 'uuid' },
        { name: 'email', type: 'string(254)' },
        { name: 'name', type: 'string(200)', nullable: true },
        { name: 'password_hash', type: 'string(255)', nullable: true },
        { name: 'email_verified_at', type: 'timestamp', nullable: true },
        { name: 'admin', type: 'boolean', default: false },
        { name: 'disabled_at', type: 'timestamp', nullable: true },
        { name: 'created_at', type: 'timestamp' },
        { name: 'updated_at', type: 'timestamp' },
      ],
      primaryKey: ['id'],
      indexes: [
        { name: 'auth_users_email_unique', columns: ['email'], unique: true },
        { name: 'auth_users_created_at_index', columns: ['created_at'] },
      ],
    }),
    createTable({
      name: 'auth_api_keys',
      columns: [
        { name: 'id', type: 'uuid' },
        { name: 'name', type: 'string(100)' },
        { name: 'prefix', type: 'string(16)' },
        { name: 'hash', type: 'string(43)' },
        { name: 'scopes', type: 'json' },
        { name: 'expires_at', type: 'timestamp', nullable: true },
        { name: 'last_used_at', type: 'timestamp', nullable: true },
        { name: 'created_at', type: 'timestamp' },
        { name: 'updated_at', type: 'timestamp' },
        { name: 'user_id', type: 'uuid' },
      ],
      primaryKey: ['id'],
      indexes: [
        { name: 'auth_api_keys_prefix_unique', columns: ['prefix'], unique: true },
        { name: 'auth_api_keys_created_at_index', columns: ['created_at'] },
        { name: 'auth_api_keys_user_id_index', columns: ['user_id'] },
      ],
      foreignKeys: [
        {
          name: 'auth_api_keys_user_id_foreign',
          column: 'user_id',
          table: 'auth_users',
          onDelete: 'cascade',
        },
      ],
    }),
    createTable({
      name: 'auth_one_time_tokens',
      columns: [
        { name: 'id', type: 'uuid' },
        { name: 'purpose', type: 'string(14)' },
        { name: 'hash', type: 'string(43)' },
        { name: 'expires_at', type: 'timestamp' },
        { name: 'user_id', type: 'uuid' },
      ],
      primaryKey: ['id'],
      indexes: [
        { name: 'auth_one_time_tokens_hash_unique', columns: ['hash'], unique: true },
        { name: 'auth_one_time_tokens_expires_at_index', columns: ['expires_at'] },
        { name: 'auth_one_time_tokens_user_id_index', columns: ['user_id'] },
      ],
      foreignKeys: [
        {
          name: 'auth_one_time_tokens_user_id_foreign',
          column: 'user_id',
          table: 'auth_users',
          onDelete: 'cascade',
        },
      ],
    }),
    createTable({
      name: 'auth_sessions',
      columns: [
        { name: 'id', type: 'uuid' },
        { name: 'last_used_at', type: 'timestamp' },
        { name: 'expires_at', type: 'timestamp' },
        { name: 'revoked_at', type: 'timestamp', nullable: true },
        { name: 'user_agent', type: 'string(300)', nullable: true },
        { name: 'ip', type: 'string(45)', nullable: true },
        { name: 'scopes', type: 'json', nullable: true },
        { name: 'created_at', type: 'timestamp' },
        { name: 'updated_at', type: 'timestamp' },
        { name: 'user_id', type: 'uuid' },
      ],
      primaryKey: ['id'],
      indexes: [
        { name: 'auth_sessions_expires_at_index', columns: ['expires_at'] },
        { name: 'auth_sessions_created_at_index', columns: ['created_at'] },
        { name: 'auth_sessions_user_id_index', columns: ['user_id'] },
      ],
      foreignKeys: [
        {
          name: 'auth_sessions_user_id_foreign',
          column: 'user_id',
          table: 'auth_users',
          onDelete: 'cascade',
        },
      ],
    }),
    createTable({
      name: 'auth_refresh_tokens',
      columns: [
        { name: 'id', type: 'uuid' },
        { name: 'hash', type: 'string(43)' },
        { name: 'expires_at', type: 'timestamp' },
        { name: 'used_at', type: 'timestamp', nullable: true },
        { name: 'session_id', type: 'uuid' },
      ],
      primaryKey: ['id'],
      indexes: [
        { name: 'auth_refresh_tokens_hash_unique', columns: ['hash'], unique: true },
        { name: 'auth_refresh_tokens_expires_at_index', columns: ['expires_at'] },
        { name: 'auth_refresh_tokens_session_id_index', columns: ['session_id'] },
      ],
      foreignKeys: [
        {
          name: 'auth_refresh_tokens_session_id_foreign',
          column: 'session_id',
          table: 'auth_sessions',
          onDelete: 'cascade',
        },
      ],
    }),
    createTable({
      name: 'auth_signing_keys',
      columns: [
        { name: 'id', type: 'uuid' },
        { name: 'kid', type: 'string(43)' },
        { name: 'algorithm', type: 'string(10)' },
        { name: 'private_key', type: 'text' },
        { name: 'retired_at', type: 'timestamp', nullable: true },
        { name: 'verifies_until', type: 'timestamp', nullable: true },
        { name: 'created_at', type: 'timestamp' },
        { name: 'updated_at', type: 'timestamp' },
      ],
      primaryKey: ['id'],
      indexes: [
        { name: 'auth_signing_keys_kid_unique', columns: ['kid'], unique: true },
        { name: 'auth_signing_keys_created_at_index', columns: ['created_at'] },
      ],
    }),
    createTable({
      name: 'auth_throttles',
      columns: [
        { name: 'id', type: 'uuid' },
        { name: 'key', type: 'string(43)' },
        { name: 'attempts', type: 'integer' },
        { name: 'last_at', type: 'timestamp' },
        { name: 'blocked_until', type: 'timestamp', nullable: true },
      ],
      primaryKey: ['id'],
      indexes: [
        { name: 'auth_throttles_key_unique', columns: ['key'], unique: true },
        { name: 'auth_throttles_last_at_index', columns: ['last_at'] },
      ],
    }),
  ],
});
