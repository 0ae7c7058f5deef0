/** How deep the extension's own frame may lie below the code that it called. */
const frameLimit = 50;

/** The frames of the current stack, the innermost first, with those of the async functions that wait for it. */
export function callSites(): readonly NodeJS.CallSite[] {
  const { prepareStackTrace, stackTraceLimit } = Error;
  const holder: { stack?: unknown } = {};
  try {
    // Raw frames: as text, each stack would be mapped to its sources, which is far too slow for every timer.
    Error.prepareStackTrace = (_, frames) => frames;
    Error.stackTraceLimit = frameLimit;
    Error.captureStackTrace(holder, callSites);
    return Array.isArray(holder.stack) ? holder.stack : [];
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
    if (prepareStackTrace === undefined) Reflect.deleteProperty(Error, 'prepareStackTrace');
    else Error.prepareStackTrace = prepareStackTrace;
  }
}
