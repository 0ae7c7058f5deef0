import { defineListener } from 'backplane';
import { seen } from '../seen.ts';

export default defineListener('crm.contact.*', (_payload, { name }) => void seen.push(name));
