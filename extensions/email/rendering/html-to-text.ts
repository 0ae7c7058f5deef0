const named: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
};

/** Elements whose content nobody reads. */
const unseen = new Set(['head', 'style', 'script', 'title']);
/** Elements that stand by themselves. */
const block = /^(p|div|h[1-6]|ul|ol|table|blockquote|section|header|footer|pre)$/;

/**
 * What HTML says, for those who read text: links with their addresses, blocks as paragraphs, lists with dashes. Each character is
 * looked at once: what is in a mail may come from anybody.
 */
export function htmlToText(html: string): string {
  const text = new MailText();
  const endless = new Set<string>();
  for (let at = 0; at < html.length; ) {
    const open = indexOr(html, '<', at, html.length);
    text.say(html.slice(at, open));
    if (html.startsWith('<!--', open)) {
      at = indexOr(html, '-->', open + 4, html.length) + 3;
      continue;
    }
    const isTag = /^<[a-z/!?]/i.test(html.slice(open, open + 2));
    const close = isTag ? html.indexOf('>', open) : open;
    if (close === -1) {
      text.say(html.slice(open));
      break;
    }
    at = close + 1;
    const tag = html.slice(open, at);
    const name = /^<([a-z][a-z0-9]*)/i.exec(tag)?.[1]?.toLowerCase() ?? '';
    if (!isTag) text.say(tag);
    else if (!unseen.has(name) || endless.has(name)) text.tag(tag);
    else {
      const end = endOf(html, name, at);
      // Nor is it looked for again.
      if (end === undefined) endless.add(name);
      else at = end;
    }
  }
  return text.toString();
}

/** A text as it grows. */
class MailText {
  #parts: string[] = [];
  /** The link that is being read, and what was said before it. */
  #link: { readonly href: string; readonly before: string[] } | undefined;

  /** Source code may be broken where the text is not. */
  say(text: string): void {
    if (text !== '') this.#parts.push(decode(text.replace(/\s+/g, ' ')));
  }

  tag(tag: string): void {
    const [, slash = '', given = ''] = /^<(\/?)([a-z][a-z0-9]*)/i.exec(tag) ?? [];
    const [name, isEnd] = [given.toLowerCase(), slash !== ''];
    if (name === 'a') {
      this.#endLink();
      const href = isEnd ? undefined : attribute(tag, 'href');
      if (href !== undefined) {
        this.#link = { href, before: this.#parts };
        this.#parts = [];
      }
    } else if (name === 'br') this.#parts.push('\n');
    else if (name === 'tr') this.#parts.push('\n');
    else if (block.test(name)) this.#parts.push('\n\n');
    else if (isEnd) this.#parts.push(name === 'td' || name === 'th' ? ' ' : '');
    else if (name === 'hr') this.#parts.push('\n\n---\n\n');
    else if (name === 'li') this.#parts.push('\n- ');
    else if (name === 'img') this.#parts.push(attribute(tag, 'alt') ?? '');
  }

  toString(): string {
    this.#endLink();
    return this.#parts
      .join('')
      .split('\n')
      .map((line) => line.trim())
      .join('\n')
      .replace(/\n{3,}/g, '\n\n')
      .trim();
  }

  #endLink(): void {
    if (this.#link === undefined) return;
    const { href, before } = this.#link;
    before.push(linked(href, this.#parts.join('').trim()));
    this.#parts = before;
    this.#link = undefined;
  }
}

/** A link that shows its address needs it once. */
function linked(href: string, text: string): string {
  if (text === '' || text === href || `mailto:${text}` === href) return text || href;
  return `${text} (${href})`;
}

function attribute(tag: string, name: 'href' | 'alt'): string | undefined {
  const found = (
    name === 'href' ? /\bhref\s*=\s*(?:"([^"]*)"|'([^']*)')/i : /\balt\s*=\s*(?:"([^"]*)"|'([^']*)')/i
  ).exec(tag);
  return found ? decode(found[1] ?? found[2] ?? '') : undefined;
}

/** Where an element ends whose content is no HTML, past its end tag. */
function endOf(html: string, name: string, from: number): number | undefined {
  const tag = new RegExp(`</${name}\\b`, 'gi');
  tag.lastIndex = from;
  const found = tag.exec(html);
  return found ? indexOr(html, '>', found.index, html.length) + 1 : undefined;
}

function indexOr(text: string, wanted: string, from: number, otherwise: number): number {
  const index = text.indexOf(wanted, from);
  return index === -1 ? otherwise : index;
}

function decode(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]{1,31}));/gi, (whole, decimal, hex, name) => {
    if (name !== undefined) return named[name.toLowerCase()] ?? whole;
    const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
    if (code > 0x10ffff) return whole;
    // No character, as browsers show it.
    return code === 0 || (code >= 0xd800 && code <= 0xdfff) ? '\ufffd' : String.fromCodePoint(code);
  });
}
