/**
 * An error as plain data: type, code, message, stack, its own properties, and the errors behind it (`cause`, `errors`),
 * which are left as they are. JSON alone would show none of it.
 */
export function describeError(error: Error): Record<string, unknown> {
  const own: Record<string, unknown> = { ...error };
  const { name, code, message, stack, cause, errors, ...rest } = own;
  const several = 'errors' in error ? error.errors : undefined;
  return {
    // A class that names itself nowhere still has its name.
    type: error.name === 'Error' ? error.constructor.name : error.name,
    ...(code === undefined ? {} : { code }),
    message: error.message,
    stack: error.stack,
    ...rest,
    ...(error.cause === undefined ? {} : { cause: error.cause }),
    ...(several === undefined ? {} : { errors: several }),
  };
}
