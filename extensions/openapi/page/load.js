import { element } from './dom.js';

const kept = 'backplane-docs-key';

/** Where the description is not for everybody, it is asked for with what the tab was told: an access token or an API key. */
export async function load(place) {
  for (let key = sessionStorage.getItem(kept) ?? ''; ; ) {
    const headers =
      key === '' ? {} : isToken(key) ? { authorization: `Bearer ${key}` } : { 'x-api-key': key };
    const response = await fetch('/openapi.json', { headers });
    if (response.status !== 401) return response;
    key = await askForKey(place);
    sessionStorage.setItem(kept, key);
  }
}

/** A JSON Web Token has three parts, an API key one. */
function isToken(text) {
  return text.split('.').length === 3;
}

function askForKey(place) {
  const { promise, resolve } = Promise.withResolvers();
  const field = element('input', {
    type: 'password',
    autocomplete: 'off',
    placeholder: 'token or key',
    required: '',
  });
  const form = element(
    'form',
    {
      submit: (event) => {
        event.preventDefault();
        resolve(field.value.trim());
      },
    },
    element('p', {}, 'This description is not for everybody. Give an access token or an API key.'),
    field,
    ' ',
    element('button', {}, 'Show'),
  );
  place.replaceChildren(form);
  field.focus();
  return promise;
}
