import { defineListener, type RowEvent } from 'backplane';
import { seen } from '../seen.ts';

declare module 'backplane' {
  interface Events {
    'crm.contact.created': RowEvent;
    'crm.contact.updated': RowEvent;
    'crm.contact.deleted': RowEvent;
  }
}

export default defineListener('crm.contact.*', (_payload, { name }) => void seen.push(name));
