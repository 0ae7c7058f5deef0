interface Stream {
  destroy(): unknown;
  on(event: 'error', listener: () => void): unknown;
}

/**
 * The streams that a mail was given. A file is open, or fails to open, before anybody reads it: they are ended whatever becomes of
 * the mail, and one that fails while nobody reads it ends no process.
 */
export class OpenStreams implements Disposable {
  readonly #streams: readonly Stream[];

  /** @param attachments as the caller gave them, not yet checked */
  constructor(attachments: unknown) {
    this.#streams = Array.isArray(attachments) ? attachments.map(contentOf).filter(isStream) : [];
    // Whoever reads it is told by the stream itself.
    for (const stream of this.#streams) stream.on('error', () => {});
  }

  [Symbol.dispose](): void {
    for (const stream of this.#streams) stream.destroy();
  }
}

/** @throws the signal's reason: a stream that stands still holds nobody who gives up */
export async function untilAborted<Value>(
  work: Promise<Value>,
  signal: AbortSignal | undefined,
): Promise<Value> {
  if (signal === undefined) return work;
  const { promise, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(signal.reason);
  signal.addEventListener('abort', onAbort);
  try {
    if (signal.aborted) onAbort();
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

function contentOf(attachment: unknown): unknown {
  return typeof attachment === 'object' && attachment !== null && 'content' in attachment
    ? attachment.content
    : undefined;
}

function isStream(content: unknown): content is Stream {
  return (
    typeof content === 'object' &&
    content !== null &&
    'destroy' in content &&
    typeof content.destroy === 'function' &&
    'on' in content &&
    typeof content.on === 'function'
  );
}
