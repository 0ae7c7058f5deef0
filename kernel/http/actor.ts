/** Who makes a request, as an authentication strategy found out. Extensions add members by declaration merging. */
export interface Actor {
  readonly id: string;
  /** Names of the roles; `admin` may administrate the kernel. */
  readonly roles: readonly string[];
  /**
   * What it may do at most, as an API key limits it: patterns of permissions, `blog.post:read`, `blog.*:read`, `*`. No
   * limit if left out; an actor is still granted nothing but by rules.
   */
  readonly scopes?: readonly string[];
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
