import { createTable, defineMigration } from 'backplane/data';

export default defineMigration({
  steps: [
    createTable({
      name: 'auth_mfa_devices',
      columns: [
        { name: 'id', type: 'uuid' },
        { name: 'hash', type: 'string(43)' },
        { name: 'stamp', type: 'string(43)' },
        { name: 'user_agent', type: 'string(300)', nullable: true },
        { name: 'ip', type: 'string(45)', nullable: true },
        { name: 'last_used_at', type: 'timestamp' },
        { name: 'expires_at', type: 'timestamp' },
        { name: 'created_at', type: 'timestamp' },
        { name: 'updated_at', type: 'timestamp' },
        { name: 'user_id', type: 'uuid' },
      ],
      primaryKey: ['id'],
      indexes: [
        { name: 'auth_mfa_devices_hash_unique', columns: ['hash'], unique: true },
        { name: 'auth_mfa_devices_expires_at_index', columns: ['expires_at'] },
        { name: 'auth_mfa_devices_created_at_index', columns: ['created_at'] },
        { name: 'auth_mfa_devices_user_id_index', columns: ['user_id'] },
      ],
      foreignKeys: [
        {
          name: 'auth_mfa_devices_user_id_foreign',
          column: 'user_id',
          table: 'auth_users',
          onDelete: 'cascade',
        },
      ],
    }),
    createTable({
      name: 'auth_mfa_enrolments',
      columns: [
        { name: 'id', type: 'uuid' },
        { name: 'type', type: 'string(5)' },
        { name: 'secret', type: 'string(300)', nullable: true },
        { name: 'phone', type: 'string(16)', nullable: true },
        { name: 'attempt', type: 'string(43)' },
        { name: 'expires_at', type: 'timestamp' },
        { name: 'user_id', type: 'uuid' },
      ],
      primaryKey: ['id'],
      indexes: [
        { name: 'auth_mfa_enrolments_expires_at_index', columns: ['expires_at'] },
        { name: 'auth_mfa_enrolments_user_id_index', columns: ['user_id'] },
        { name: 'auth_mfa_enrolments_user_id_type_unique', columns: ['user_id', 'type'], unique: true },
      ],
      foreignKeys: [
        {
          name: 'auth_mfa_enrolments_user_id_foreign',
          column: 'user_id',
          table: 'auth_users',
          onDelete: 'cascade',
        },
      ],
    }),
    createTable({
      name: 'auth_mfa_factors',
      columns: [
        { name: 'id', type: 'uuid' },
        { name: 'type', type: 'string(5)' },
        { name: 'secret', type: 'string(300)', nullable: true },
        { name: 'phone', type: 'string(16)', nullable: true },
        { name: 'last_step', type: 'integer', nullable: true },
        { name: 'last_used_at', type: 'timestamp', nullable: true },
        { name: 'created_at', type: 'timestamp' },
        { name: 'updated_at', type: 'timestamp' },
        { name: 'user_id', type: 'uuid' },
      ],
      primaryKey: ['id'],
      indexes: [
        { name: 'auth_mfa_factors_created_at_index', columns: ['created_at'] },
        { name: 'auth_mfa_factors_user_id_index', columns: ['user_id'] },
        { name: 'auth_mfa_factors_user_id_type_unique', columns: ['user_id', 'type'], unique: true },
      ],
      foreignKeys: [
        {
          name: 'auth_mfa_factors_user_id_foreign',
          column: 'user_id',
          table: 'auth_users',
          onDelete: 'cascade',
        },
      ],
    }),
    createTable({
      name: 'auth_mfa_pending_logins',
      columns: [
        { name: 'id', type: 'uuid' },
        { name: 'hash', type: 'string(43)' },
        { name: 'purpose', type: 'string(6)' },
        { name: 'stamp', type: 'string(43)' },
        { name: 'scopes', type: 'json', nullable: true },
        { name: 'expires_at', type: 'timestamp' },
        { name: 'user_id', type: 'uuid' },
      ],
      primaryKey: ['id'],
      indexes: [
        { name: 'auth_mfa_pending_logins_hash_unique', columns: ['hash'], unique: true },
        { name: 'auth_mfa_pending_logins_expires_at_index', columns: ['expires_at'] },
        { name: 'auth_mfa_pending_logins_user_id_index', columns: ['user_id'] },
      ],
      foreignKeys: [
        {
          name: 'auth_mfa_pending_logins_user_id_foreign',
          column: 'user_id',
          table: 'auth_users',
          onDelete: 'cascade',
        },
      ],
    }),
    createTable({
      name: 'auth_mfa_recovery_codes',
      columns: [
        { name: 'id', type: 'uuid' },
        { name: 'hash', type: 'string(43)' },
        { name: 'user_id', type: 'uuid' },
      ],
      primaryKey: ['id'],
      indexes: [
        { name: 'auth_mfa_recovery_codes_user_id_index', columns: ['user_id'] },
        { name: 'auth_mfa_recovery_codes_user_id_hash_unique', columns: ['user_id', 'hash'], unique: true },
      ],
      foreignKeys: [
        {
          name: 'auth_mfa_recovery_codes_user_id_foreign',
          column: 'user_id',
          table: 'auth_users',
          onDelete: 'cascade',
        },
      ],
    }),
    createTable({
      name: 'auth_mfa_sent_codes',
      columns: [
        { name: 'id', type: 'uuid' },
        { name: 'channel', type: 'string(5)' },
        { name: 'context', type: 'string(100)' },
        { name: 'hash', type: 'string(43)' },
        { name: 'attempts_left', type: 'integer' },
        { name: 'expires_at', type: 'timestamp' },
        { name: 'user_id', type: 'uuid' },
      ],
      primaryKey: ['id'],
      indexes: [
        { name: 'auth_mfa_sent_codes_expires_at_index', columns: ['expires_at'] },
        { name: 'auth_mfa_sent_codes_user_id_index', columns: ['user_id'] },
        { name: 'auth_mfa_sent_codes_user_id_channel_unique', columns: ['user_id', 'channel'], unique: true },
      ],
      foreignKeys: [
        {
          name: 'auth_mfa_sent_codes_user_id_foreign',
          column: 'user_id',
          table: 'auth_users',
          onDelete: 'cascade',
        },
      ],
    }),
  ],
});
