import type { Services } from 'backplane';
import type { Kind } from '../contract/events.ts';

/** What all records have. */
export interface RecordRow {
  readonly id: string;
  readonly operationId: string;
  readonly status: string;
  readonly instance: string | null;
  readonly providerId: string | null;
  readonly asOf: string | null;
  readonly createdAt: string;
}

/** What all objects of providers have. */
export interface ToldObject {
  readonly id: string;
  readonly reference: string | null;
  readonly asOf: string;
}

/** Where an object is, and when it was as it is told. */
export interface Place {
  readonly instance: string;
  readonly providerId: string;
  readonly asOf: string;
}

/** Why a record has no object. */
export interface Trouble {
  readonly status: 'unknown' | 'failed';
  readonly instance?: string;
  readonly failureCode?: string;
}

/** Tells the application; called once it is committed. */
export type Tell = () => Promise<void>;

/** How the records of one kind follow the objects of a provider. */
export interface RecordKind<
  Row extends RecordRow = RecordRow,
  Told extends ToldObject = ToldObject,
  Values extends { readonly status: string } = { readonly status: string },
> {
  readonly name: Kind;
  /** States that no other follows. */
  readonly finals: readonly string[];
  /** Keeps the row from all other transactions until this one has ended, and what follows from it. */
  hold(services: Services, row: Row): Promise<void>;
  find(services: Services, id: string): Promise<Row | undefined>;
  byOperation(services: Services, operationId: string): Promise<Row | undefined>;
  byProviderId(services: Services, providerId: string): Promise<readonly Row[]>;
  /** Those of which the provider has not said anything yet, made between two moments, in portions. */
  unheard(services: Services, from: string, to: string, work: (rows: readonly Row[]) => void): Promise<void>;
  /** What a record takes over. */
  values(object: Told): Values;
  /** By the manager, so that hooks run in the transaction. */
  write(services: Services, id: string, values: Values, place: Place): Promise<Row>;
  writeTrouble(services: Services, id: string, trouble: Trouble): Promise<Row>;
  /** @param pin sends it to who has made the object */
  ask(services: Services, providerId: string, pin: { readonly instance?: string }): Promise<Told>;
  /** @returns `undefined`: nothing was made under the reference, or it cannot be seen yet */
  seek(
    services: Services,
    what: { readonly reference: string; readonly since: string },
    pin: { readonly instance?: string },
  ): Promise<Told | undefined>;
  /**
   * Makes a record of what was made elsewhere, about something of ours: a refund at the provider's own page. Left out: there
   * is none of what is not asked for here.
   *
   * @param isOurs is it a record of whoever says so?
   */
  adopt?(
    services: Services,
    object: Told,
    where: { readonly instance: string; readonly isOurs: (row: RecordRow) => boolean },
  ): Promise<Row | undefined>;
  /** What follows from a change: for other records, in the same transaction, and for the application. */
  follow(services: Services, before: Row, after: Row): Promise<readonly Tell[]>;
}

/** How many records are read at once. */
export const portion = 100;
