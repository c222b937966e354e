/** The APIs behind the documents. */
import type { JsonObject } from '../../contracts/json.js';
import { accepts } from '../../contracts/openapi/accepts.js';
import type { Api, Json } from './server.js';

const isText = (value: unknown) => typeof value === 'string';
const isWhole = (value: unknown, least: number, most: number) =>
  Number.isInteger(value) && (value as number) >= least && (value as number) <= most;
const numberOf = (text: string | null, otherwise: number) => Number(text ?? otherwise);

/** A document by its file, with the API behind it. */
export interface Documented {
  file: string;
  api: Api;
  /** What is understood of it, as lines of the command. */
  understood: string[];
  /** What a contract must be able to say for it. */
  says?: JsonObject;
}

const all: Documented[] = [
  {
    file: 'path-parameters.yaml',
    understood: ['{customer_id} is cus_7', 'GET /customers/cus_7/orders, items at /data, pages by cursor'],
    api: {
      path: '/v1/customers/cus_7/orders',
      header: 'idempotency-key',
      isValid: ({ memo, quantity }) => isText(memo) && isWhole(quantity, 1, 50),
      status: 201,
      shown: ({ id, body }) => ({ id, ...body }),
      list: (items, query) => {
        const from = numberOf(query.get('cursor'), 0);
        const to = from + numberOf(query.get('limit'), 10);
        const data = items.slice(from, to).map(({ id, body }) => ({ id, ...body }));
        return { body: { data, next_cursor: to < items.length ? String(to) : null } };
      },
    },
  },
  {
    file: 'all-of.json',
    understood: ['body request_id, required', 'at /transfer_id (by its name)'],
    api: {
      path: '/transfers',
      keyIn: ({ request_id }) => (/^[0-9a-f-]{36}$/.test(String(request_id)) ? request_id : undefined),
      isValid: ({ amount, to }) => isWhole(amount, 1, 9000) && isText(to),
      status: 200,
      shown: ({ id, body: { request_id: _, ...body } }) => ({ transfer_id: id, ...body }),
      list: (items, query) => {
        const newest = items.toReversed();
        const from = numberOf(query.get('page_token'), 0);
        const to = from + numberOf(query.get('page_size'), 10);
        const transfers = newest
          .slice(from, to)
          .map(({ id, body }) => ({ transfer_id: id, to: body.to, description: body.description }));
        return { body: { transfers, next_page_token: to < newest.length ? String(to) : '' } };
      },
    },
  },
  {
    file: 'security.yaml',
    understood: ['header X-Api-Key (api_key)', '409, by its description'],
    api: {
      path: '/invoices',
      header: 'x-idempotency-key',
      needs: { 'x-api-key': 'sk_first_0123456789' },
      isValid: ({ title, cents }) => isText(title) && isWhole(cents, 1, 5000),
      status: 201,
      id: (n) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
      shown: ({ id, body }) => ({ uuid: id, title: body.title }),
      list: (items) => ({ body: items.map(({ id, body }) => ({ uuid: id, title: body.title })) }),
    },
  },
  {
    file: 'examples.yaml',
    understood: ['like its example', 'items at /items, pages by page'],
    api: {
      path: '/payouts',
      header: 'idempotency-key',
      isValid: ({ account, country, amount, coupon }) =>
        account === 'acct_42' && country === 'DE' && isWhole(amount, 100, 2000) && coupon === undefined,
      status: 201,
      shown: ({ id, body }) => ({ id, reference: body.reference, amount: body.amount }),
      list: (items, query) => {
        const size = numberOf(query.get('per_page'), 10);
        const from = (numberOf(query.get('page'), 1) - 1) * size;
        const shown = items.slice(from, from + size).map(({ id, body }) => ({ id, reference: body.reference }));
        return { body: { items: shown, total: items.length } };
      },
    },
  },
  {
    file: 'put.yaml',
    understood: ['PUT /payments', 'body /meta/clientToken, required', 'at /data/paymentId'],
    api: {
      method: 'PUT',
      path: '/payments',
      keyIn: ({ meta }) => {
        const token = (meta as Json | undefined)?.clientToken;
        return /^[a-z0-9-]{10,40}$/.test(String(token)) ? token : undefined;
      },
      isValid: ({ text }) => isText(text),
      status: 200,
      id: (n) => 9_007_199_254_740_000 + n,
      shown: ({ id, body }) => ({ data: { paymentId: id, text: body.text } }),
      list: (items, query) => {
        const from = numberOf(query.get('offset'), 0);
        const some = items.slice(from, from + numberOf(query.get('limit'), 10));
        return {
          body: { count: items.length, results: some.map(({ id, body }) => ({ paymentId: id, text: body.text })) },
        };
      },
    },
  },
  {
    file: 'several.yaml',
    understood: ['header Request-Token, x-fern-idempotent', 'POST /notes, as', 'it acts on what {ticket} names'],
    api: {
      path: '/tickets',
      header: 'request-token',
      isValid: ({ subject }) => isText(subject) && subject !== '',
      status: 201,
      shown: ({ id, body }) => ({ id, ...body }),
      list: (items) => ({ body: items.map(({ id, body }) => ({ id, subject: body.subject })) }),
      also: {
        path: '/notes',
        header: 'request-token',
        isValid: ({ text }) => isText(text),
        status: 201,
        shown: ({ id }) => ({ noteId: id }),
      },
    },
  },
  {
    file: 'link.yaml',
    understood: ['header Idempotency-Token', 'GET /api/snippets, an array'],
    api: {
      path: '/api/snippets',
      header: 'idempotency-token',
      needs: { 'x-api-version': '2022-11-28' },
      isValid: ({ content }) => isText(content),
      status: 201,
      id: (n) => n,
      shown: ({ id, body }) => ({ ...body, id }),
      list: (items, query) => {
        const page = numberOf(query.get('page'), 1);
        const size = Math.min(5, numberOf(query.get('per_page'), 5));
        const some = items.slice((page - 1) * size, page * size);
        const next = `</api/snippets?per_page=${size}&page=${page + 1}>; rel="next"`;
        return {
          body: some.map(({ id, body }) => ({ id, content: body.content })),
          ...(page * size < items.length ? { headers: { link: next } } : {}),
        };
      },
    },
  },
  {
    file: 'generated.json',
    understood: ['header idempotency-key', 'GET /items/{id}'],
    api: {
      path: '/items/',
      header: 'idempotency-key',
      isValid: ({ name, price }) => isText(name) && typeof price === 'number' && price > 0,
      status: 200,
      id: (n) => n,
      shown: ({ id, body }) => ({ id, name: body.name, price: body.price }),
      list: (items) => ({ body: items.map(({ id, body }) => ({ id, name: body.name })) }),
    },
  },
  {
    file: 'no-list.yaml',
    understood: ['no list was found, so effects are not counted', 'at /mail_id'],
    api: {
      path: '/mails',
      header: 'idempotency-key',
      isValid: ({ to, text }) => /@/.test(String(to)) && isText(text),
      status: 202,
      shown: ({ id }) => ({ mail_id: id }),
    },
  },
  {
    file: 'location.yaml',
    understood: ['the last part of Location'],
    says: { create: { id: { header: 'Location' } } },
    api: {
      path: '/jobs',
      header: 'idempotency-key',
      isValid: ({ name }) => isText(name),
      status: 201,
      shown: ({ id, body }) => ({ id, ...body }),
      location: ({ id }) => `/jobs/${id}`,
    },
  },
  {
    file: 'clients-id.yaml',
    understood: ['{bookingId} in the path, required'],
    says: { key: { in: 'path' } },
    api: {
      method: 'PUT',
      path: '/bookings',
      keyInPath: true,
      isValid: ({ guest }) => isText(guest),
      status: 201,
      shown: ({ id, body }) => ({ id, ...body }),
    },
  },
  {
    file: 'form.yaml',
    understood: ['application/x-www-form-urlencoded, by its schema'],
    says: { create: { body: 'form' } },
    api: {
      path: '/charges',
      header: 'idempotency-key',
      read: (text) => Object.fromEntries(new URLSearchParams(text)),
      isValid: ({ amount, description }) => isWhole(Number(amount), 1, 900) && isText(description),
      status: 200,
      shown: ({ id }) => ({ id }),
    },
  },
  {
    file: 'multipart.yaml',
    understood: ['multipart/form-data, by its schema', 'GET /scans, an array'],
    says: { create: { body: 'multipart' } },
    api: {
      path: '/scans',
      header: 'idempotency-key',
      read: partsIn,
      isValid: ({ title, scan, pages = '1', labels = 'a' }) =>
        isText(title) && isText(scan) && isWhole(Number(pages), 1, 90) && isText(labels),
      status: 201,
      shown: ({ id, body: { title } }) => ({ id, title }),
      list: (items) => ({ body: items.map(({ id, body }) => ({ id, title: body.title })) }),
    },
  },
];

/** Values by the names of their parts, the last of a name; a scan must be a file. */
function partsIn(text: string): Json | null {
  const parts = text.matchAll(/name="(\w+)"(; filename="[^"]+"\r\nContent-Type: \S+)?\r\n\r\n([\s\S]*?)\r\n--/g);
  return Object.fromEntries(
    [...parts].map(([, name = '', file, value]) => [name, (name === 'scan') === (file !== undefined) ? value : null]),
  );
}

/** Those that the contract language has words for. */
export const documented = all.filter(({ says }) => says === undefined || accepts(says));
