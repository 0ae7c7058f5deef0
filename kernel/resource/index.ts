export { type EntityOwner, entities } from './entities.ts';
