import { createTable, defineMigration } from 'backplane/data';

export default defineMigration({
  steps: [
    createTable({
      name: 'backplane_provider_instances',
      columns: [
        { name: 'id', type: 'string(64)' },
        { name: 'capability', type: 'text' },
        { name: 'tenant', type: 'text', nullable: true },
        { name: 'name', type: 'text' },
        { name: 'definition', type: 'text', nullable: true },
        { name: 'secrets', type: 'text', nullable: true },
        { name: 'switched_off_at', type: 'integer', nullable: true },
        { name: 'switched_off_why', type: 'text', nullable: true },
        { name: 'revision', type: 'string(36)' },
      ],
      primaryKey: ['id'],
    }),
    createTable({
      name: 'backplane_provider_operations',
      columns: [
        { name: 'id', type: 'string(64)' },
        { name: 'capability', type: 'text' },
        { name: 'operation', type: 'text' },
        { name: 'tenant', type: 'text', nullable: true },
        { name: 'operation_id', type: 'text' },
        { name: 'input_hash', type: 'string(64)' },
        { name: 'claim', type: 'string(36)' },
        { name: 'holder', type: 'string(36)', nullable: true },
        { name: 'lease_until', type: 'integer' },
        { name: 'changed_at', type: 'integer' },
      ],
      primaryKey: ['id'],
      indexes: [
        { name: 'backplane_provider_operations_holder_index', columns: ['holder'] },
        { name: 'backplane_provider_operations_changed_at_index', columns: ['changed_at'] },
      ],
    }),
    createTable({
      name: 'backplane_provider_attempts',
      columns: [
        { name: 'id', type: 'string(36)' },
        { name: 'operation', type: 'string(64)' },
        { name: 'instance', type: 'text' },
        { name: 'instance_tenant', type: 'text', nullable: true },
        { name: 'driver', type: 'text' },
        { name: 'domain', type: 'text' },
        { name: 'state', type: 'string(8)' },
        { name: 'planned_at', type: 'integer' },
        { name: 'sent_at', type: 'integer', nullable: true },
        { name: 'settled_at', type: 'integer', nullable: true },
        { name: 'failure', type: 'text', nullable: true },
        { name: 'value', type: 'text', nullable: true },
      ],
      primaryKey: ['id'],
      indexes: [
        { name: 'backplane_provider_attempts_operation_index', columns: ['operation'] },
        { name: 'backplane_provider_attempts_state_index', columns: ['state'] },
      ],
      foreignKeys: [
        {
          name: 'backplane_provider_attempts_operation_foreign',
          column: 'operation',
          table: 'backplane_provider_operations',
          onDelete: 'cascade',
        },
      ],
    }),
  ],
});
