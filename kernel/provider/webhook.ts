/** What an API sends of its own accord. */
export interface WebhookRequest {
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Exactly what came: signatures are made over these bytes. */
  readonly body: Uint8Array;
  /** Milliseconds since 1970, to tell old requests from new ones. */
  readonly now: number;
}

/** What a driver makes of it: `verified` only where the API's signature says that it is from there, and new. */
export type WebhookAnswer =
  | { readonly state: 'verified'; readonly events: readonly unknown[] }
  | { readonly state: 'refused'; readonly reason: string };
