import { nobody } from 'backplane';

/** Rows that only the services of this extension work with: no grant, however wide, reaches them. */
export const forServicesOnly = {
  read: nobody(),
  create: nobody(),
  update: nobody(),
  delete: nobody(),
  aggregate: nobody(),
} as const;
