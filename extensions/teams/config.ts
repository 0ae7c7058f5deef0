import { defineSettings, Type } from 'backplane';

const config = defineSettings(
  Type.Object({
    epochMaxAge: Type.Integer({
      default: 1000,
      minimum: 0,
      description:
        'Milliseconds until a change of rights in another process counts here. 0: each question looks it up.',
    }),
    cachedActors: Type.Integer({
      default: 10_000,
      minimum: 1,
      description: 'Actors whose rights are kept in memory at most.',
    }),
    listedTeams: Type.Integer({
      default: 50,
      minimum: 0,
      maximum: 1000,
      description:
        'Teams whose ids a statement names one by one at most. The rows of more are looked up in the tree, row by row.',
    }),
    openCreation: Type.Boolean({
      default: true,
      description: 'May everybody who is signed in make teams of their own, below the root team?',
    }),
    invitationDays: Type.Integer({
      default: 7,
      minimum: 1,
      maximum: 365,
      description: 'Days until an invitation expires.',
    }),
    invitationUrl: Type.Optional(
      Type.String({
        description: 'Page that takes the token of an invitation; "{token}" in it is replaced.',
      }),
    ),
  }),
);

export default config;
