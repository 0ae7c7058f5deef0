import { setUpCredentials } from './credentials.js';
import { element, prose } from './dom.js';
import { load } from './load.js';
import { operationView } from './operation.js';

const byId = (id) => document.getElementById(id);
const methods = ['get', 'post', 'put', 'patch', 'delete', 'head', 'options', 'trace'];

const main = byId('main');
const side = byId('side');
const filter = byId('filter');

/** Every operation of a description, in the order of its paths. */
function operationsOf(description) {
  return Object.entries(description.paths ?? {}).flatMap(([path, item]) =>
    methods
      .filter((method) => item[method])
      .map((method) => ({
        method,
        path,
        operation: item[method],
        id: item[method].operationId ?? `${method} ${path}`,
      })),
  );
}

function groupsOf(description, operations) {
  const tags = (description.tags ?? []).map(({ name }) => name);
  const groups = new Map(tags.map((tag) => [tag, []]));
  for (const operation of operations) {
    const [tag = 'other'] = operation.operation.tags ?? [];
    groups.set(tag, [...(groups.get(tag) ?? []), operation]);
  }
  return [...groups].filter(([, list]) => list.length > 0);
}

function linkTo({ id, method, path, operation }) {
  return element(
    'a',
    {
      href: `#${encodeURIComponent(id)}`,
      class: operation.deprecated ? 'deprecated' : undefined,
      title: operation.summary,
    },
    element('span', { class: `method ${method}` }, method === 'delete' ? 'DEL' : method.toUpperCase()),
    // Long paths break behind a slash.
    element(
      'span',
      { class: 'path' },
      path.split(/(?<=\/)/).flatMap((part) => [part, element('wbr')]),
    ),
  );
}

function showList(description, operations) {
  const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
  const fitting = operations.filter(({ method, path, id, operation }) => {
    const text = [method, path, id, operation.summary, ...(operation.tags ?? [])].join(' ').toLowerCase();
    return words.every((word) => text.includes(word));
  });
  const said = new Map((description.tags ?? []).map((tag) => [tag.name, tag.description]));
  byId('list').replaceChildren(
    ...groupsOf(description, fitting).map(([tag, list]) =>
      element('section', {}, element('h2', { title: said.get(tag) }, tag), list.map(linkTo)),
    ),
    fitting.length === 0 ? element('p', { class: 'quiet' }, 'Nothing fits.') : '',
  );
  markCurrent();
}

function overview(description, operations) {
  const { title, version, description: text } = description.info;
  return [
    element('h2', {}, title, ' ', element('small', { class: 'quiet' }, version)),
    text ? prose(text) : '',
    element('p', { class: 'quiet' }, `${operations.length} operations. Choose one to read and try it.`),
    groupsOf(description, operations).map(([tag, list]) => [
      element('h3', {}, tag),
      element(
        'ul',
        { class: 'overview' },
        list.map((one) =>
          element('li', {}, linkTo(one), element('span', { class: 'quiet' }, one.operation.summary ?? '')),
        ),
      ),
    ]),
  ].flat(Number.POSITIVE_INFINITY);
}

function currentId() {
  return decodeURIComponent(location.hash.slice(1));
}

function markCurrent() {
  for (const link of side.querySelectorAll('a')) {
    const isCurrent = decodeURIComponent(link.hash.slice(1)) === currentId();
    link.toggleAttribute('aria-current', isCurrent);
    if (isCurrent) link.scrollIntoView({ block: 'nearest' });
  }
}

function show(description, operations) {
  const found = operations.find(({ id }) => id === currentId());
  main.replaceChildren(...(found ? operationView(description, found) : overview(description, operations)));
  document.title = found
    ? `${found.operation.summary ?? found.id} – ${description.info.title}`
    : description.info.title;
  openMenu(false);
  scrollTo(0, 0);
  markCurrent();
}

function openMenu(open) {
  document.body.classList.toggle('menu-open', open);
  byId('menu').setAttribute('aria-expanded', String(open));
}

async function start() {
  const response = await load(main);
  if (!response.ok) throw new Error(`/openapi.json answered ${response.status}`);
  const description = await response.json();
  const operations = operationsOf(description);
  byId('title').textContent = description.info.title;
  byId('version').textContent = description.info.version;
  setUpCredentials(
    description.components?.securitySchemes ?? {},
    byId('credentials-button'),
    byId('credentials'),
    byId('schemes'),
  );
  filter.addEventListener('input', () => showList(description, operations));
  addEventListener('hashchange', () => show(description, operations));
  addEventListener('keydown', (event) => {
    if (event.key !== '/' || event.target.closest('input, textarea, select')) return;
    event.preventDefault();
    filter.focus();
  });
  byId('menu').addEventListener('click', () => openMenu(!document.body.classList.contains('menu-open')));
  byId('title').addEventListener('click', () => {
    location.hash = '';
  });
  showList(description, operations);
  show(description, operations);
}

start().catch((error) => {
  main.replaceChildren(
    element('p', { class: 'warning' }, `The description could not be loaded: ${error.message}`),
  );
});
