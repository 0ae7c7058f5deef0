import { addColumn, defineMigration } from 'backplane/data';

export default defineMigration({
  steps: [
    addColumn('auth_sessions', { name: 'amr', type: 'json', nullable: true }),
    addColumn('auth_sessions', { name: 'authenticated_at', type: 'timestamp', nullable: true }),
    addColumn('auth_sessions', { name: 'second_factor_at', type: 'timestamp', nullable: true }),
  ],
});
