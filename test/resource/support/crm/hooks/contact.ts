import { hooks } from 'backplane';
import { Contact } from '../entities/contact.ts';
import { seen } from '../seen.ts';

export default [
  hooks.around(Contact, 'create', async ({ transaction }, next) => {
    seen.push(`around create (${transaction === undefined ? 'no transaction' : 'a transaction'})`);
    await next();
  }),
  hooks.before(Contact, 'create', ({ input }) => {
    input.name = input.name.trim();
    if (input.name === 'scored') input.score = 7;
    if (input.name === 'spoilt') input.visits = -1;
  }),
  hooks.after(Contact, 'create', ({ result }) => {
    seen.push(`after create ${result.id}`);
    if (result.name === 'regretted') throw new Error('Not this one.');
  }),
  hooks.afterCommit(Contact, 'create', ({ result }) => void seen.push(`afterCommit create ${result.id}`)),
  hooks.before(Contact, 'update', ({ previous, input }) => {
    if (previous.state === 'lost' && input.state === 'lead') input.visits = 0;
  }),
];
