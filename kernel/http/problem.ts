import { STATUS_CODES } from 'node:http';
import { inLowerCase } from './reply.ts';

/** One thing wrong with a request: in which part, where in it (JSON pointer) and what. */
export interface RequestFault {
  readonly in: 'params' | 'query' | 'headers' | 'body';
  readonly pointer: string;
  readonly message: string;
}

export interface ProblemExtra {
  /** Stable name of this kind of error, `POST_LOCKED`. The usual one of the status if left out. */
  readonly code?: string;
  /** URI of a page about this kind of error; `about:blank` if left out. */
  readonly type?: string;
  readonly title?: string;
  /** Response headers. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly faults?: readonly RequestFault[];
  /** Further members of the problem document. */
  readonly members?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/** An error that is meant for the client: it leaves as a problem document (RFC 9457) just as it is. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly status: number;
  readonly code: string;
  readonly extra: ProblemExtra;

  /**
   * @param status HTTP status, 400 to 599
   * @param detail what went wrong in this case, for the client to read
   * @throws RangeError for a status that is no error
   */
  constructor(status: number, detail: string, extra: ProblemExtra = {}) {
    if (!Number.isInteger(status) || status < 400 || status > 599) {
      throw new RangeError(`problem(${status}, …): the status must be a whole number from 400 to 599.`);
    }
    super(detail, { cause: extra.cause });
    this.status = status;
    this.code = extra.code ?? codeOfStatus(status);
    this.extra = extra.headers ? { ...extra, headers: inLowerCase(extra.headers) } : extra;
  }
}

/**
 * Makes an error that leaves as a problem document.
 *
 * @example throw problem(404, `There is no post ${id}.`);
 * @param status HTTP status, 400 to 599
 * @param detail what went wrong in this case; the phrase of the status if left out
 */
export function problem(status: number, detail = phraseOf(status), extra?: ProblemExtra): HttpError {
  return new HttpError(status, detail, extra);
}

/** The document of RFC 9457, as it is sent. */
export interface ProblemDocument extends Record<string, unknown> {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly instance?: string;
  readonly code: string;
}

/** @param instance path of the request that met the problem */
export function problemDocument(error: HttpError, instance?: string): ProblemDocument {
  const { type = 'about:blank', title = phraseOf(error.status), faults, members } = error.extra;
  return {
    ...members,
    type,
    title,
    status: error.status,
    detail: error.message,
    ...(instance === undefined ? {} : { instance }),
    code: error.code,
    ...(faults === undefined ? {} : { faults }),
  };
}

const codes: Readonly<Record<number, string>> = {
  401: 'UNAUTHENTICATED',
  413: 'BODY_TOO_LARGE',
  415: 'MEDIA_TYPE_UNSUPPORTED',
  431: 'HEADERS_TOO_LARGE',
  422: 'UNPROCESSABLE',
  500: 'INTERNAL_ERROR',
  503: 'UNAVAILABLE',
};

function codeOfStatus(status: number): string {
  return (
    codes[status] ??
    phraseOf(status)
      .toUpperCase()
      .replaceAll(/[^A-Z]+/g, '_')
  );
}

function phraseOf(status: number): string {
  return STATUS_CODES[status] ?? 'Error';
}
