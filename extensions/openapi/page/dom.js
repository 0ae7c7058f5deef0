/**
 * Makes an element. Attributes whose value is a function listen to the event of their name; `undefined` ones are left
 * out. Children are elements or text, never markup: nothing of a description can become part of the page's own code.
 */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    if (typeof value === 'function') made.addEventListener(key, value);
    else made.setAttribute(key, value === true ? '' : value);
  }
  made.append(
    ...children.flat(Number.POSITIVE_INFINITY).filter((child) => child !== undefined && child !== ''),
  );
  return made;
}

/** A block of code with a button that copies it. */
export function codeBlock(text, language) {
  const copy = element(
    'button',
    {
      type: 'button',
      class: 'copy',
      click: async () => {
        await navigator.clipboard.writeText(text);
        copy.textContent = 'Copied';
        setTimeout(() => {
          copy.textContent = 'Copy';
        }, 1500);
      },
    },
    'Copy',
  );
  const code = language === 'json' ? highlight(text) : [text];
  return element(
    'div',
    { class: 'code' },
    element('pre', { tabindex: '0' }, code),
    navigator.clipboard ? copy : '',
  );
}

const tokens = /("(?:\\.|[^"\\])*")(\s*:)?|\b(true|false|null)\b|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)/g;

/** JSON as text with its parts coloured. What is long is left plain, lest the page stand still. */
function highlight(text) {
  if (text.length > 100_000) return [text];
  const parts = [];
  let end = 0;
  for (const match of text.matchAll(tokens)) {
    const [all, string, colon, word] = match;
    parts.push(text.slice(end, match.index));
    if (string === undefined) parts.push(element('span', { class: word ? 'word' : 'number' }, all));
    else if (colon === undefined) parts.push(element('span', { class: 'string' }, string));
    else parts.push(element('span', { class: 'key' }, string), colon);
    end = match.index + all.length;
  }
  parts.push(text.slice(end));
  return parts;
}

/** Text with `code`, **strong** and paragraphs: as much of Markdown as a description of an operation uses. */
export function prose(text) {
  return text.split(/\n\s*\n/).map((paragraph) =>
    element(
      'p',
      {},
      paragraph
        .split(/(`[^`]+`|\*\*[^*]+\*\*)/)
        .map((part) =>
          part.startsWith('`') && part.length > 1
            ? element('code', {}, part.slice(1, -1))
            : part.startsWith('**') && part.length > 4
              ? element('strong', {}, part.slice(2, -2))
              : part,
        ),
    ),
  );
}
