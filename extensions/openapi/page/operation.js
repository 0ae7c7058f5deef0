import { codeBlock, element, prose } from './dom.js';
import { requestView } from './request.js';
import { limitsOf, resolve, schemaView, typeName } from './schema.js';

/** Everything of one operation. */
export function operationView(description, found) {
  const { method, path, operation } = found;
  return [
    element('p', { class: 'crumb quiet' }, operation.tags?.join(', ') ?? ''),
    element(
      'h2',
      { class: operation.deprecated ? 'deprecated' : undefined },
      operation.summary ?? operation.operationId,
    ),
    element(
      'p',
      { class: 'endpoint' },
      element('span', { class: `method ${method}` }, method.toUpperCase()),
      element('code', {}, path),
    ),
    operation.deprecated ? element('p', { class: 'warning' }, 'Deprecated.') : '',
    operation.description ? prose(operation.description) : '',
    security(operation),
    parameters(description, operation),
    requestBody(description, operation),
    element('h3', {}, 'Try it'),
    requestView(description, found),
    responses(description, operation),
  ].flat(Number.POSITIVE_INFINITY);
}

function security({ security: asked = [] }) {
  if (asked.length === 0) return '';
  const names = asked.map((one) => Object.keys(one).join(' and ') || 'nothing');
  return element('p', { class: 'quiet' }, 'Credentials: ', element('strong', {}, names.join(' or ')), '.');
}

function parameters(description, operation) {
  const all = (operation.parameters ?? []).map((one) => resolve(description, one));
  if (all.length === 0) return '';
  return [
    element('h3', {}, 'Parameters'),
    element(
      'ul',
      { class: 'schema' },
      all.map(({ name, in: place, required, schema, description: said }) =>
        element(
          'li',
          {},
          element('span', { class: 'name' }, name),
          element('span', { class: 'type' }, typeName(description, schema)),
          element('span', { class: 'limit' }, `in ${place}`),
          required ? element('span', { class: 'required' }, 'required') : '',
          limitsOf(resolve(description, schema)).map((text) => element('span', { class: 'limit' }, text)),
          said ? element('div', { class: 'said' }, prose(said)) : '',
        ),
      ),
    ),
  ];
}

function requestBody(description, operation) {
  const content = Object.entries(resolve(description, operation.requestBody).content ?? {});
  if (content.length === 0) return '';
  return [element('h3', {}, 'Body'), content.map(([type, media]) => mediaView(description, type, media))];
}

function responses(description, operation) {
  return [
    element('h3', {}, 'Answers'),
    Object.entries(operation.responses).map(([status, given], index) => {
      const response = resolve(description, given);
      return element(
        'details',
        { class: 'response', open: index === 0 },
        element(
          'summary',
          {},
          element('span', { class: `status-${status[0]}` }, status === 'default' ? 'otherwise' : status),
          element('span', {}, response.description),
        ),
        Object.entries(response.content ?? {}).map(([type, media]) => mediaView(description, type, media)),
      );
    }),
  ];
}

function mediaView(description, type, media) {
  return element(
    'div',
    { class: 'media' },
    element(
      'div',
      {},
      element('p', { class: 'quiet' }, `${type}: ${typeName(description, media.schema)}`),
      schemaView(description, media.schema),
    ),
    media.example === undefined
      ? ''
      : element(
          'div',
          {},
          element('p', { class: 'quiet' }, 'Example'),
          codeBlock(JSON.stringify(media.example, null, 2), 'json'),
        ),
  );
}
