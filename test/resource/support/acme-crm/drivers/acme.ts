import { classifyHttp, defineDriver, type ExternalRow, ResponseError, Type } from 'backplane';
import type { Contact } from '../../crm/entities/contact.ts';

/** A contact as the service tells of it. */
interface Item {
  readonly contact_id: string;
  readonly full_name: string;
  readonly mail: string | null;
  readonly owner: string | null;
  readonly state: 'lead' | 'customer' | 'lost';
  readonly visits: number;
  readonly note: string | null;
  readonly score: number | null;
  readonly created: string;
  readonly updated: string;
}

interface Listing {
  readonly items: readonly Item[];
  readonly next: string | null;
  readonly total?: number;
}

const names = {
  name: 'full_name',
  email: 'mail',
  ownerId: 'owner',
  state: 'state',
  visits: 'visits',
  note: 'note',
  score: 'score',
  createdAt: 'created',
} as const;

function rowOf(item: Item): ExternalRow<typeof Contact> {
  const { contact_id, full_name, mail, owner, created, updated, ...rest } = item;
  return {
    ...rest,
    id: contact_id,
    name: full_name,
    email: mail,
    ownerId: owner,
    createdAt: created,
    updatedAt: updated,
  };
}

function toItem(values: object): object {
  const known = new Map<string, string>(Object.entries(names));
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [known.get(name) ?? name, value]));
}

export default defineDriver('acme', {
  capability: 'crm',
  config: Type.Object({ url: Type.String() }),
  secrets: ['token'],
  create({ url }, { token }) {
    async function call<Answer>(
      signal: AbortSignal,
      method: string,
      path: string,
      { body, headers = {} }: { readonly body?: object; readonly headers?: Record<string, string> } = {},
    ): Promise<Answer> {
      const response = await fetch(`${url}${path}`, {
        method,
        signal,
        headers: {
          authorization: `Bearer ${token.reveal()}`,
          'content-type': 'application/json',
          connection: 'close',
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      if (!response.ok) throw new ResponseError(response.status, response.headers, await response.text());
      return (response.status === 204 ? undefined : await response.json()) as Answer;
    }
    const at = (id: string): string => `/contacts/${encodeURIComponent(id)}`;
    return {
      url,
      async listContacts({ filter, orderBy, limit, cursor, count }, { signal }) {
        const query = new URLSearchParams({ limit: String(limit), count: String(count) });
        if (cursor !== undefined) query.set('cursor', cursor);
        if (filter.id?.in) query.set('ids', filter.id.in.join(','));
        if (filter.email?.eq !== undefined) query.set('mail', filter.email.eq);
        if (filter.ownerId?.eq !== undefined) query.set('owner', filter.ownerId.eq);
        if (filter.ownerId?.isNull !== undefined) query.set('unowned', String(filter.ownerId.isNull));
        if (filter.state?.eq !== undefined) query.append('state', filter.state.eq);
        if (filter.state?.in) query.set('states', filter.state.in.join(','));
        if (filter.visits?.gte !== undefined) query.set('visits_from', String(filter.visits.gte));
        if (filter.visits?.lt !== undefined) query.set('visits_below', String(filter.visits.lt));
        for (const { field, direction } of orderBy) query.append('sort', `${names[field]}:${direction}`);
        const { items, next, total } = await call<Listing>(signal, 'GET', `/contacts?${query}`);
        return { rows: items.map(rowOf), cursor: next, ...(total === undefined ? {} : { count: total }) };
      },
      // That there is none is 404, which the kernel understands.
      getContact: async ({ id }, { signal }) => rowOf(await call<Item>(signal, 'GET', at(id))),
      async createContact({ values }, { signal, key }) {
        const headers = { 'idempotency-key': key };
        return rowOf(await call<Item>(signal, 'POST', '/contacts', { body: toItem(values), headers }));
      },
      async updateContact({ id, changes, version }, { signal }) {
        const headers = version === undefined ? {} : { 'x-if-updated': version };
        return rowOf(await call<Item>(signal, 'PATCH', at(id), { body: toItem(changes), headers }));
      },
      async deleteContact({ id }, { signal }) {
        await call<undefined>(signal, 'DELETE', at(id));
        return true;
      },
      getCompany: ({ id }) => (id === 'acme' ? { id, title: 'Acme' } : null),
    };
  },
  classify: (error) =>
    error instanceof ResponseError && error.status === 409
      ? { class: 'declined', effect: 'none', scope: 'provider', code: 'quota-of-contacts' }
      : classifyHttp(error),
  async reconcile({ url }, { key, signal }) {
    const response = await fetch(`${url}/keys/${encodeURIComponent(key)}`, {
      signal,
      headers: { connection: 'close' },
    });
    if (response.ok) return { state: 'done', value: rowOf((await response.json()) as Item) };
    return { state: 'unknown' };
  },
});
