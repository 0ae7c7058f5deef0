import { addColumn, defineMigration } from 'backplane/data';

export default defineMigration({
  steps: [addColumn('auth_mfa_pending_logins', { name: 'amr', type: 'json', nullable: true })],
});
