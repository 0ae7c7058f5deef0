import { element } from './dom.js';

const kept = 'backplane-docs-credentials';

/** What the user has typed, by name of the security scheme. Of this tab alone, so that no other page finds it later. */
export function readCredentials() {
  try {
    return JSON.parse(sessionStorage.getItem(kept) ?? '{}');
  } catch {
    return {};
  }
}

/** Fills the dialogue with a field for each scheme. */
export function setUpCredentials(schemes, button, dialog, list) {
  const entries = Object.entries(schemes);
  if (entries.length === 0) button.remove();
  const mark = () => button.classList.toggle('set', Object.values(readCredentials()).some(Boolean));
  for (const [name, scheme] of entries) {
    const field = element('input', {
      id: `credential-${name}`,
      type: 'password',
      autocomplete: 'off',
      placeholder: placeholderOf(scheme),
      input: () => {
        sessionStorage.setItem(kept, JSON.stringify({ ...readCredentials(), [name]: field.value }));
        mark();
      },
    });
    field.value = readCredentials()[name] ?? '';
    list.append(
      element(
        'label',
        { for: field.id },
        element('strong', {}, name),
        ' ',
        element('span', { class: 'quiet' }, describe(scheme)),
      ),
      field,
    );
  }
  button.addEventListener('click', () => dialog.showModal());
  mark();
}

/** Headers that carry what is known for one of the requirements of an operation. */
export function credentialHeaders(schemes, security = []) {
  const known = readCredentials();
  const requirement = security.find(
    (one) => Object.keys(one).length > 0 && Object.keys(one).every((name) => known[name]),
  );
  return Object.fromEntries(
    Object.keys(requirement ?? {}).flatMap((name) => {
      const scheme = schemes[name];
      if (scheme?.type === 'apiKey') return scheme.in === 'header' ? [[scheme.name, known[name]]] : [];
      const isBasic = scheme?.scheme === 'basic';
      return [
        ['authorization', `${isBasic ? 'Basic' : 'Bearer'} ${isBasic ? btoa(known[name]) : known[name]}`],
      ];
    }),
  );
}

function describe(scheme) {
  if (scheme.type === 'apiKey')
    return scheme.in === 'header'
      ? `header ${scheme.name}`
      : `${scheme.in} ${scheme.name}, sent by the browser`;
  return scheme.type === 'http' ? scheme.scheme : scheme.type;
}

function placeholderOf(scheme) {
  return scheme.scheme === 'basic' ? 'user:password' : scheme.type === 'apiKey' ? 'key' : 'token';
}
