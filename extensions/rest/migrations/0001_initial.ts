import { createTable, defineMigration } from 'backplane/data';

export default defineMigration({
  steps: [
    createTable({
      name: 'rest_idempotency_keys',
      columns: [
        { name: 'id', type: 'uuid' },
        { name: 'digest', type: 'string(64)' },
        { name: 'request', type: 'string(64)' },
        { name: 'status', type: 'integer', nullable: true },
        { name: 'headers', type: 'json', nullable: true },
        { name: 'body', type: 'text', nullable: true },
        { name: 'expires_at', type: 'timestamp' },
        { name: 'created_at', type: 'timestamp' },
        { name: 'updated_at', type: 'timestamp' },
      ],
      primaryKey: ['id'],
      indexes: [
        { name: 'rest_idempotency_keys_digest_unique', columns: ['digest'], unique: true },
        { name: 'rest_idempotency_keys_expires_at_index', columns: ['expires_at'] },
        { name: 'rest_idempotency_keys_created_at_index', columns: ['created_at'] },
      ],
    }),
  ],
});
