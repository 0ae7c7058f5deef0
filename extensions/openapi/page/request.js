import { credentialHeaders } from './credentials.js';
import { codeBlock, element } from './dom.js';
import { resolve, typeName } from './schema.js';

/** The part of an operation that sends it: a field for each parameter, the body, the answer. */
export function requestView(description, { method, path, operation }) {
  const fields = new Map();
  const parameters = (operation.parameters ?? []).map((one) => resolve(description, one));
  const rows = parameters.map((parameter) => {
    const field = fieldFor(description, parameter);
    fields.set(parameter, field);
    return element(
      'label',
      { class: 'field' },
      element(
        'span',
        { class: 'name' },
        parameter.name,
        parameter.required ? element('span', { class: 'required' }, '*') : '',
      ),
      element('span', { class: 'quiet' }, `${parameter.in}, ${typeName(description, parameter.schema)}`),
      field,
    );
  });

  const [mediaType, media] =
    Object.entries(resolve(description, operation.requestBody).content ?? {})[0] ?? [];
  const body =
    media && element('textarea', { rows: '8', spellcheck: 'false', 'aria-label': `Body (${mediaType})` });
  if (body && media.example !== undefined) {
    body.value = JSON.stringify(media.example, null, 2);
    body.rows = Math.min(20, Math.max(4, body.value.split('\n').length));
  }

  const answer = element('div', { class: 'answer', 'aria-live': 'polite' });
  const request = () => requestOf(description, { method, path, operation, fields, body, mediaType });
  const form = element(
    'form',
    {
      class: 'try',
      submit: async (event) => {
        event.preventDefault();
        await send(request(), answer, form.querySelector('button'));
      },
    },
    rows.length > 0 ? element('div', { class: 'fields' }, rows) : '',
    body ? [element('h4', {}, 'Body ', element('span', { class: 'quiet' }, mediaType)), body] : '',
    element(
      'p',
      { class: 'actions' },
      element('button', { class: 'primary', type: 'submit' }, 'Send'),
      element(
        'button',
        { type: 'button', click: () => answer.replaceChildren(codeBlock(curl(request()))) },
        'As curl',
      ),
    ),
    answer,
  );
  return form;
}

function fieldFor(description, { name, required, schema: given, example }) {
  const schema = resolve(description, given);
  const options = schema.enum ?? (schema.type === 'boolean' ? [true, false] : undefined);
  if (options) {
    const select = element(
      'select',
      { required },
      required ? '' : element('option', { value: '' }, '–'),
      options.map((one) => element('option', {}, String(one))),
    );
    select.value = required ? String(example ?? options[0]) : '';
    return select;
  }
  const field = element('input', {
    type: 'text',
    required,
    autocomplete: 'off',
    placeholder: example === undefined ? '' : String(example),
    'aria-label': name,
  });
  if (required && example !== undefined) field.value = String(example);
  return field;
}

function requestOf(description, { method, path, operation, fields, body, mediaType }) {
  const { securitySchemes = {} } = description.components ?? {};
  const headers = credentialHeaders(securitySchemes, operation.security);
  const query = new URLSearchParams();
  let target = path;
  for (const [{ name, in: place, schema }, field] of fields) {
    const { value } = field;
    if (place === 'path')
      target = target.replace(
        `{${name}}`,
        name === 'wildcard' ? encodeURI(value) : encodeURIComponent(value),
      );
    else if (value !== '' && place === 'header') headers[name] = value;
    else if (value !== '' && place === 'query') {
      const isList = [resolve(description, schema).type].flat().includes('array');
      for (const one of isList ? value.split(',') : [value]) query.append(name, one.trim());
    }
  }
  if (body?.value) headers['content-type'] = mediaType;
  const base = new URL(description.servers?.[0]?.url ?? '/', location.href).href.replace(/\/$/, '');
  const search = query.size > 0 ? `?${query}` : '';
  return {
    method: method.toUpperCase(),
    url: base + target + search,
    headers,
    body: body?.value || undefined,
  };
}

function curl({ method, url, headers, body }) {
  const quoted = (text) => `'${text.replaceAll("'", `'\\''`)}'`;
  return [
    `curl -X ${method} ${quoted(url)}`,
    ...Object.entries(headers).map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`),
    ...(body === undefined ? [] : [`--data ${quoted(body)}`]),
  ].join(' \\\n  ');
}

async function send({ method, url, headers, body }, answer, button) {
  button.disabled = true;
  const started = performance.now();
  try {
    const response = await fetch(url, { method, headers, body });
    const text = await response.text();
    const took = Math.round(performance.now() - started);
    answer.replaceChildren(
      element(
        'p',
        { class: 'status' },
        element(
          'span',
          { class: `status-${String(response.status)[0]}` },
          `${response.status} ${response.statusText}`,
        ),
        element('span', { class: 'quiet' }, `${took} ms, ${new Blob([text]).size} bytes`),
      ),
      text === '' ? '' : bodyView(text, response.headers.get('content-type') ?? ''),
      element(
        'details',
        {},
        element('summary', {}, 'Headers'),
        codeBlock([...response.headers].map(([name, value]) => `${name}: ${value}`).join('\n')),
      ),
    );
  } catch (error) {
    answer.replaceChildren(element('p', { class: 'status-5' }, `No answer: ${error.message}`));
  } finally {
    button.disabled = false;
  }
}

function bodyView(text, type) {
  if (!/\bjson\b/.test(type)) return codeBlock(text);
  try {
    return codeBlock(JSON.stringify(JSON.parse(text), null, 2), 'json');
  } catch {
    return codeBlock(text);
  }
}
