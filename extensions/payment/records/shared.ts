import { can, nobody, Type } from 'backplane';

/** What every record has of its provider. Only the service writes it. */
export const recordFields = {
  /** The caller's name for the work, so that it is done once. */
  operationId: Type.String({ maxLength: 200, unique: true, write: false }),
  /** Whose it is: what it was made by is asked for everything that follows. */
  instance: Type.Optional(Type.String({ maxLength: 100, write: false })),
  providerId: Type.Optional(Type.String({ maxLength: 255, index: true, write: false })),
  /** When the provider said so, by its clock. */
  asOf: Type.Optional(Type.Timestamp({ write: false })),
} as const;

/** Read by who is granted it; written by the service alone, since a row that says "paid" must have been paid. */
export const recordAccess = (entity: string) => ({
  read: can(`${entity}:read`),
  create: nobody(),
  update: nobody(),
  delete: nobody(),
  aggregate: can(`${entity}:aggregate`),
});

/** `planned`: about to be asked for. `unknown`: perhaps done. `failed`: certainly not. */
export const ownStates = ['planned', 'unknown', 'failed'] as const;
