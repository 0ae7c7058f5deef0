import { constants } from 'node:zlib';
import compression from 'compression';
import type { Request, RequestHandler, Response } from 'express';

/**
 * Compresses answers for clients that accept it. What is written to a stream leaves at once, and partial answers and
 * what is compressed already stay as they are.
 *
 * @param threshold bytes below which an answer of known length is left alone
 */
export function compress(threshold: number): RequestHandler {
  const handle = compression({
    threshold,
    filter: isWorthIt,
    // Each chunk is flushed, or the events of a stream would wait in the compressor for the next ones.
    flush: constants.Z_SYNC_FLUSH,
    brotli: { flush: constants.BROTLI_OPERATION_FLUSH },
  });
  return (req, res, next) => {
    // The package wraps the response before it knows whether there is anything to do.
    if (req.headers['accept-encoding'] === undefined) next();
    else handle(req, res, next);
  };
}

function isWorthIt(req: Request, res: Response): boolean {
  // A range counts the bytes of what is not compressed.
  return res.statusCode !== 206 && compression.filter(req, res);
}
