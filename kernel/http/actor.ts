/** Who makes a request, as an authentication strategy found out. Extensions add members by declaration merging. */
export interface Actor {
  readonly id: string;
  /** Names of the roles; `admin` may administrate the kernel. */
  readonly roles: readonly string[];
  /**
   * What it may do at most, whatever its roles allow: `<resource>:<operation>` as in `blog.post:read`, with `*` for either part
   * (`blog.post:*`, `*:read`), or `*` for everything. No limit if left out.
   */
  readonly scopes?: readonly string[];
}

/**
 * Does the limit of an actor's scopes leave room for an operation? This is not a permission: that is up to its roles.
 *
 * @param scopes of the actor; without any there is no limit
 * @param operation `blog.post:read`
 */
export function isWithinScopes(scopes: readonly string[] | undefined, operation: string): boolean {
  if (scopes === undefined || scopes.includes('*') || scopes.includes(operation)) return true;
  const colon = operation.lastIndexOf(':');
  const [resource, verb] = [operation.slice(0, colon), operation.slice(colon + 1)];
  return scopes.includes(`${resource}:*`) || scopes.includes(`*:${verb}`) || scopes.includes('*:*');
}

/** A file that came with the request, put on `req.files` by whatever reads multipart bodies. */
export interface UploadedFile {
  /** Name of the form's field. */
  readonly field: string;
  /** Name that the client gave the file. */
  readonly name: string;
  readonly type: string;
  /** Bytes. */
  readonly size: number;
}
