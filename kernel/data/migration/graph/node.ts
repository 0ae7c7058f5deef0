import type { BackplaneError } from '../../../errors.ts';
import type { MigrationHeader } from './header.ts';

export interface MigrationNode {
  /** `blog/0001_initial` */
  readonly key: string;
  readonly extension: string;
  readonly number: number;
  /** For errors. */
  readonly file: string;
  readonly header: MigrationHeader;
}

/** A fault, and the extensions whose migrations cannot run because of it. */
export interface GraphFault {
  readonly extensions: readonly string[];
  readonly error: BackplaneError;
}
