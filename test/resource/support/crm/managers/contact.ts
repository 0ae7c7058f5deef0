import { can, defineManager, defineMethod, Type } from 'backplane';
import { Contact } from '../entities/contact.ts';

export default defineManager(Contact, {
  promote: defineMethod({
    summary: 'Makes it a customer',
    input: Type.Object({ id: Type.String() }),
    output: Type.Object({ state: Type.String() }),
    access: can('crm.contact:promote').or({ ownerId: { eq: '$actor.id' } }),
    run: ({ input, services }) =>
      services.managers.asSystem().of(Contact).update(input.id, { state: 'customer' }),
  }),
});
