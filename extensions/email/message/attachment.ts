import type { EmailMessage } from '../capabilities/email.ts';
import { controlCharacters } from './mailbox.ts';
import type { MessageFault } from './message-fault.ts';

/** A file that goes with a mail. */
export interface Attachment {
  readonly filename: string;
  /** Text, bytes, or a stream of them: `createReadStream(path)`. */
  readonly content: string | Uint8Array | AsyncIterable<string | Uint8Array>;
  /** `application/pdf`; by the name of the file if left out. */
  readonly contentType?: string;
  /** Shown within the HTML, where that has `<img src="cid:logo">`, instead of below it. */
  readonly cid?: string;
}

/** Its parts would be parts of the mail: whoever gave the file would write in it. */
const manyParts = /^multipart\//i;
const mediaType = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+(; ?[\w-]+=[\w.-]+)*$/;
const contentId = /^[\w.@-]+$/;

/** What is wrong with how attachments are described. */
export function attachmentFaults(attachments: readonly Attachment[]): readonly MessageFault[] {
  if (!Array.isArray(attachments)) return [{ pointer: '/attachments', message: 'must be a list' }];
  const faults: MessageFault[] = [];
  const cids = new Set<string>();
  for (const [index, given] of attachments.entries()) {
    const at = `/attachments/${index}`;
    // Callers without types give what they have.
    const { filename, content, contentType, cid }: Partial<Attachment> = given ?? {};
    if (typeof filename !== 'string' || filename === '' || filename.length > 200) {
      faults.push({ pointer: `${at}/filename`, message: 'must have 1 to 200 characters' });
    } else if (controlCharacters.test(filename) || /[/\\]/.test(filename)) {
      faults.push({
        pointer: `${at}/filename`,
        message: 'must be a name, without a folder or control characters',
      });
    }
    if (!isContent(content)) {
      faults.push({ pointer: `${at}/content`, message: 'must be a text, a Buffer or a stream' });
    }
    if (contentType !== undefined && (!mediaType.test(contentType) || manyParts.test(contentType))) {
      faults.push({
        pointer: `${at}/contentType`,
        message: 'must be a media type such as "application/pdf", and none of several parts',
      });
    }
    if (cid === undefined) continue;
    if (!contentId.test(cid)) {
      faults.push({ pointer: `${at}/cid`, message: 'may have letters, digits and . _ @ - only' });
    } else if (cids.has(cid)) faults.push({ pointer: `${at}/cid`, message: 'is that of another attachment' });
    cids.add(cid);
  }
  return faults;
}

/**
 * Reads attachments to their ends, but no more than may be sent.
 * @param limit bytes of all of them
 * @returns them as drivers take them, or `undefined` where they are too large
 */
export async function readAttachments(
  attachments: readonly Attachment[],
  limit: number,
): Promise<EmailMessage['attachments'] | undefined> {
  const read: EmailMessage['attachments'] = [];
  let left = limit;
  for (const { filename, content, contentType, cid } of attachments) {
    const bytes = await readContent(content, left);
    if (bytes === undefined) return undefined;
    left -= bytes.length;
    read.push({
      filename,
      content: bytes.toString('base64'),
      ...(contentType === undefined ? {} : { contentType }),
      ...(cid === undefined ? {} : { cid }),
    });
  }
  return read;
}

async function readContent(content: Attachment['content'], limit: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  // Leaving the loop ends a stream that is too long.
  for await (const chunk of isWhole(content) ? [content] : content) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > limit) return undefined;
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

function isWhole(content: unknown): content is string | Uint8Array {
  return typeof content === 'string' || content instanceof Uint8Array;
}

function isContent(content: unknown): boolean {
  return (
    isWhole(content) || (typeof content === 'object' && content !== null && Symbol.asyncIterator in content)
  );
}
