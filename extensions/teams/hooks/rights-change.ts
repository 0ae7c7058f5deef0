import { type Hook, hooks } from 'backplane';

/** What decides rights. Invitations do not: accepting one writes a membership. */
const decisive = [
  'teams.team',
  'teams.role',
  'teams.inheritance',
  'teams.grant',
  'teams.membership',
] as const;

/**
 * Before anything is checked: from here on, whoever changes rights at the same time waits, so that two changes that are each
 * allowed cannot together be one that is not.
 */
export default decisive.flatMap((entity): readonly Hook[] =>
  (['create', 'update', 'delete'] as const).map((operation) =>
    hooks.before(entity, operation, ({ services }) => services.teams.changed(), {
      priority: 1000,
      id: 'raise the permission epoch',
    }),
  ),
);
