import { defineExternalEntity, everybody, Type } from 'backplane';

/** To be read only, as whoever made the driver left it. */
export const Company = defineExternalEntity('crm.company', {
  capability: 'crm',
  operations: { get: 'getCompany' },
  fields: { title: Type.String() },
  access: { read: everybody() },
});
