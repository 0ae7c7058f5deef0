import { defineObserver } from './middleware.ts';

/** Logs each request when it is over, at `debug`, as the extension whose route it was. Paths only: queries may hold secrets. */
export const accessLog = defineObserver({
  finished({ req, owner, status, durationMs, aborted }) {
    const [path] = req.originalUrl.split('?', 1);
    const outcome = aborted ? `${status}, not all of it sent,` : status;
    owner.log.debug(
      { requestId: req.context.id },
      `${req.method} ${path} ${outcome} in ${durationMs.toFixed(1)} ms`,
    );
  },
});
