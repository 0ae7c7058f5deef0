import { defineCapability, externalOperations } from 'backplane';
import { Company } from '../entities/company.ts';
import { Contact } from '../entities/contact.ts';

const contacts = externalOperations(Contact);
/** Tests wait for it. */
const attemptTimeout = 250;

export const crm = defineCapability('crm', {
  operations: {
    listContacts: { ...contacts.list, attemptTimeout },
    getContact: { ...contacts.get, attemptTimeout },
    createContact: { ...contacts.create, attemptTimeout },
    updateContact: { ...contacts.update, attemptTimeout },
    deleteContact: { ...contacts.delete, attemptTimeout },
    getCompany: externalOperations(Company).get,
  },
});

declare module 'backplane' {
  interface Capabilities {
    crm: typeof crm;
  }
}
