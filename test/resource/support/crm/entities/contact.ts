import { can, defineExternalEntity, Type } from 'backplane';

export const Contact = defineExternalEntity('crm.contact', {
  capability: 'crm',
  operations: {
    list: 'listContacts',
    get: 'getContact',
    create: 'createContact',
    update: 'updateContact',
    delete: 'deleteContact',
  },
  fields: {
    name: Type.String({ minLength: 1, maxLength: 100, rules: { polite: true } }),
    email: Type.Optional(Type.String({ format: 'email' })),
    ownerId: Type.Optional(Type.String({ maxLength: 50 })),
    state: Type.Enum(['lead', 'customer', 'lost'], { default: 'lead' }),
    visits: Type.Integer({ default: 0, minimum: 0 }),
    note: Type.Optional(Type.String({ read: false })),
    score: Type.Optional(Type.Integer({ write: false })),
  },
  timestamps: true,
  filter: {
    id: ['in'],
    email: ['eq'],
    ownerId: ['eq', 'isNull'],
    state: ['eq', 'in'],
    visits: ['gte', 'lt'],
  },
  sort: ['name', 'createdAt'],
  count: true,
  access: {
    read: can('crm.contact:read').or({ ownerId: { eq: '$actor.id' } }),
    create: can('crm.contact:create').or({ ownerId: { eq: '$actor.id' } }),
    update: can('crm.contact:update').or({ ownerId: { eq: '$actor.id' } }),
  },
});

declare module 'backplane' {
  interface Entities {
    'crm.contact': typeof Contact;
  }
}
