/** A page by its number. */
export interface PageRequest {
  /** From 1; 1 if left out. */
  readonly page?: number;
  /** Rows of a page; 25 if left out. */
  readonly size?: number;
}

export interface Page<Row> {
  readonly rows: readonly Row[];
  readonly page: number;
  readonly size: number;
  /** Rows of all pages. */
  readonly total: number;
  /** Number of the last page; 1 when there are no rows. */
  readonly pages: number;
}

/** The rows that follow a certain one. */
export interface CursorRequest {
  /** Rows of a page; 25 if left out. */
  readonly size?: number;
  /** `next` of the page before; the first page if left out. */
  readonly after?: string | undefined;
}

export interface CursorPage<Row> {
  readonly rows: readonly Row[];
  /** What asks for the page after this one; `undefined` when there is none. */
  readonly next: string | undefined;
}

export const usualSize = 25;
