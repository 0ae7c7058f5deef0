import { type Hook, hooks } from 'backplane';

/** What decides rights. */
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
export default [
  ...decisive.flatMap((entity): readonly Hook[] =>
    (['create', 'update', 'delete', 'createMany', 'updateMany', 'deleteMany'] as const).map((operation) =>
      hooks.before(entity, operation, ({ services }) => services.teams.changed(), {
        priority: 1000,
        id: 'raise the permission epoch',
      }),
    ),
  ),
  // Invitations change no rights, but what they promise must stay possible: accepting one writes a membership.
  ...(['create', 'createMany', 'delete', 'deleteMany'] as const).map((operation) =>
    hooks.before('teams.invitation', operation, ({ services }) => services.teams.hold(), {
      priority: 1000,
      id: 'hold the permission epoch',
    }),
  ),
];
