/** A server of our own for `PUT /payments/{key}`: the key names the resource, of each account for itself. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { check, idsWith } from './check.js';

const folder = mkdtempSync(join(tmpdir(), 'idem-put-'));
const open: (() => void)[] = [];
afterAll(() => {
  for (const close of open) close();
  rmSync(folder, { recursive: true, force: true });
});

const documented = join(folder, 'payments.yaml');
writeFileSync(
  documented,
  `
extends: ietf
authentication: {}
scope: credential
key: { in: path, operations: separate }
create:
  method: PUT
  path: /payments/{key}
  example: { note: two of them, amount: 2 }
get: { path: '/payments/{id}' }
conflict: { statuses: [409] }
errors: { schema: null, mediaType: null }
effects: { list: { path: /payments } }
otherEndpoints: [{ method: PUT, path: '/refunds/{key}', bodies: [{ reason: late }, { reason: twice }] }]
`,
);

interface Manners {
  /** Another body under a key takes the place of the first. */
  replaces?: true;
  /** What is made of a key before it is looked up. */
  blurs?: (key: string) => string;
  /** Keys belong to all accounts. */
  global?: true;
}

async function payments({ replaces, blurs = (key) => key, global }: Manners): Promise<string> {
  const accounts = new Map<string, Map<string, { sent: string; shown: object }>>();
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (part) => {
      body += part;
    });
    request.on('end', () => {
      const send = (status: number, value: unknown) =>
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
      const { authorization = '' } = request.headers;
      if (!/^Bearer secret-[12]$/.test(authorization)) return send(401, {});
      const [, resource = '', segment] = /^\/(payments|refunds)(?:\/([^/?]+))?(?:\?.*)?$/.exec(request.url ?? '') ?? [];
      const account = `${resource} ${global ? '' : authorization}`;
      const own = accounts.get(account) ?? new Map<string, { sent: string; shown: object }>();
      accounts.set(account, own);
      if (request.method === 'GET' && segment === undefined)
        return send(200, [...own.values()].map(({ shown }) => shown).reverse());
      if (segment === undefined) return send(404, {});
      const key = blurs(decodeURIComponent(segment));
      const known = own.get(key);
      if (request.method === 'GET') return known === undefined ? send(404, {}) : send(200, known.shown);
      const value = parsed(body);
      const isValid =
        resource === 'refunds' || (typeof value?.note === 'string' && value.note !== '' && value.amount === 2);
      if (value === null || !isValid) return send(422, {});
      const sent = JSON.stringify(value);
      if (known !== undefined && known.sent !== sent && replaces === undefined) return send(409, {});
      const shown = { id: decodeURIComponent(segment), ...value };
      own.set(key, known?.sent === sent ? known : { sent, shown });
      return send(known === undefined ? 201 : 200, own.get(key)?.shown);
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  open.push(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function parsed(body: string): Record<string, unknown> | null {
  try {
    return JSON.parse(body) as Record<string, unknown> | null;
  } catch {
    return null;
  }
}

async function ran(manners: Manners, only: string[], contract = documented) {
  const target = await payments(manners);
  const credentials = { first: 'secret-1', second: 'secret-2' };
  const results = await check({ contract, targets: [target], credentials, only, profile: 'smoke', stormWidth: 4 });
  expect(results.stop).toBeNull();
  return results;
}

describe.concurrent('a key that is the id', () => {
  test('is that of a correct server, whose accounts have resources of one name', async () => {
    const results = await ran({}, [
      'CREATE',
      'REPLAY',
      'CONFLICT',
      'SCOPE',
      'HEADER',
      'STORM-1',
      'STORM-5',
      'ENDPOINT',
    ]);
    expect(idsWith(results, 'failed', 'warned', 'noticed', 'inconclusive')).toEqual([]);
    expect(idsWith(results, 'passed')).toEqual(expect.arrayContaining(['SCOPE-1', 'SCOPE-2', 'SCOPE-3', 'SCOPE-5']));
  });

  test('may name what another body replaces, where the contract says that bodies are not compared', async () => {
    const silent = join(folder, 'silent.yaml');
    writeFileSync(silent, `extends: ${documented}\nconflict: null\nfingerprint: none\n`);
    const results = await ran({ replaces: true }, ['CREATE', 'REPLAY', 'CONFLICT', 'SCOPE', 'STORM', 'LOST'], silent);
    expect(idsWith(results, 'failed', 'warned')).toEqual([]);
  });

  test.each<[name: string, manners: Manners, id: string]>([
    ['another body replaces the resource', { replaces: true }, 'CONFLICT-3'],
    ['the key is decoded twice', { blurs: decodedAgain }, 'KEY-2'],
    ['the case of the key does not count', { blurs: (key) => key.toLowerCase() }, 'KEY-2'],
    ['keys belong to all accounts', { global: true }, 'SCOPE-2'],
  ])('%s', async (_, manners, id) => {
    expect(idsWith(await ran(manners, [id]), 'failed', 'warned')).toContain(id);
  });
});

function decodedAgain(key: string): string {
  try {
    return decodeURIComponent(key);
  } catch {
    return key;
  }
}
