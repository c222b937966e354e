/** `explain`: in words what a contract promises. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'vitest';
import { command, newFolder } from './command.js';

test.concurrent('the bundled contract', async ({ expect }) => {
  const ended = await command(['explain', 'moda']);
  expect(ended).toMatchObject({ code: 0, stderr: '' });
  expect(ended.stdout).toMatchSnapshot();
});

test.concurrent('a contract that init wrote', async ({ expect }) => {
  const folder = newFolder();
  writeFileSync(join(folder, 'order.json'), '{"note":"two of them","amount":2}');
  const words = ['--endpoint', 'POST /orders', '--key', 'body:ref', '--body', 'order.json', '--list', 'GET /orders'];
  await command(['init', ...words], { folder });
  const ended = await command(['explain', './idem-contract.yaml'], { folder });
  expect(ended).toMatchObject({ code: 0, stderr: '' });
  expect(ended.stdout).toMatchSnapshot();
});

test.concurrent('without a contract, no API is spoken of', async ({ expect }) => {
  const all = await command(['explain']);
  expect(all).toMatchObject({ code: 0, stderr: '' });
  expect(all.stdout).toContain('REPLAY-1      MUST     A repeat returns the first resource');
  expect(all.stdout).not.toMatch(/task|moda/i);
  const one = await command(['explain', 'REPLAY-1']);
  expect(one).toMatchObject({ code: 0, stderr: '' });
  expect(one.stdout).toContain('returns the resource of the first request: the same id.');
  const chapter = await command(['explain', 'SCENARIO']);
  expect(chapter.stdout.match(/^SCENARIO-\d /gm)).toHaveLength(8);
  expect(chapter.stdout).not.toMatch(/task|moda/i);
});

test.concurrent('a requirement speaks of what the contract given makes', async ({ expect }) => {
  const folder = newFolder();
  const file = './orders.json';
  writeFileSync(
    join(folder, 'orders.json'),
    JSON.stringify({ resource: 'order', create: { path: '/orders', example: { note: 'a' } }, fingerprint: 'none' }),
  );
  const words = async (id: string) => (await command(['explain', id, '--contract', file], { folder })).stdout;
  expect(await words('REPLAY-1')).toContain('returns the order of the first request: the same id.');
  expect(await words('CONFLICT-4')).toContain(
    'Ruled out by this contract: the contract describes no refusal of another body.',
  );
  const both = await command(['explain', 'moda', '--contract', file], { folder });
  expect(both).toMatchObject({ code: 2, stdout: '' });
  expect(await command(['explain', 'NOPE-1'])).toMatchObject({
    code: 2,
    stderr: 'idem-conformance: There is no requirement NOPE-1. All are listed by idem-conformance explain.\n',
  });
});

test.concurrent('a contract whose requests are signed, by a header and in the body', async ({ expect }) => {
  const folder = newFolder();
  writeFileSync(join(folder, 'sign.mjs'), 'export default () => ({});');
  const companions = [{ in: 'body', name: '/sig', value: 'signature' }];
  const said = { create: { path: '/orders', example: { note: 'a' } }, sign: './sign.mjs', companions };
  writeFileSync(join(folder, 'orders.json'), JSON.stringify(said));
  const { stdout } = await command(['explain', './orders.json'], { folder });
  expect(stdout).toMatch(/^Signed +every request, by a program that is run here: the module \.\/sign\.mjs\.$/m);
  expect(stdout).toMatch(
    /^With a key +goes the body member \/sig, the signature of the request, new in every request\.$/m,
  );
});

test.concurrent('set-up steps are said in sentences', async ({ expect }) => {
  const folder = newFolder();
  const contract = {
    ...{
      extends: 'ietf',
      create: { path: '/orders/{order}/capture', body: 'none' },
      get: null,
      effects: { list: null },
    },
    setup: [
      { name: 'order', path: '/orders', body: { n: 1 }, save: { order: '/id' }, cleanUp: { path: '/orders/{order}' } },
      { each: 'run', method: 'PUT', path: '/shop', headers: { 'X-Mode': 'test' }, success: [204] },
    ],
    companions: [{ name: 'X-Of', value: 'of {order}' }],
  };
  writeFileSync(join(folder, 'captures.json'), JSON.stringify(contract));
  const { code, stdout } = await command(['explain', './captures.json'], { folder });
  expect([code, stdout.split('\n').filter((line) => /^(Set-up|With a key)/.test(line))]).toEqual([
    0,
    [
      'Set-up         order: POST /orders once for each key of a credential, and for each write without a key, with {"n":1}, whose answer has {order} at /id, taken away at the end by DELETE /orders/{order}.',
      'Set-up         PUT /shop once for each credential, with X-Mode: test, answered 204, of whose answer nothing is used.',
      'With a key     goes the header X-Of, of {order}, which set-up saves, also without a key.',
    ],
  ]);
});

test.concurrent('2: a contract that is not there', async ({ expect }) => {
  const sentence = 'There is no contract nope. Known: ietf, moda. A file needs its ending: ./my-api.yaml';
  const ended = await command(['explain', 'nope']);
  expect(ended).toMatchObject({ code: 2, stdout: '', stderr: `idem-conformance: ${sentence}\n` });
});

test.concurrent('how a body of several parts travels, and which of them are files', async ({ expect }) => {
  const folder = newFolder();
  const properties = {
    title: { type: 'string' },
    scan: { format: 'binary' },
    more: { items: { contentMediaType: 'text/csv' } },
  };
  const create = {
    path: '/scans',
    body: 'multipart',
    arrays: 'brackets',
    requestSchema: { type: 'object', properties },
  };
  writeFileSync(join(folder, 'scans.json'), JSON.stringify({ create, fingerprint: 'value' }));
  const { stdout } = await command(['explain', './scans.json'], { folder });
  expect(stdout).toContain(
    'The body       multipart/form-data, names in arrays as a[]; files: /scan (application/octet-stream), /more/- (text/csv).',
  );
  expect(stdout).toContain('Same body      the members of the form are equal.');
});

test.concurrent('what tells the refusal of a repeat from a conflict', async ({ expect }) => {
  const folder = newFolder();
  const replay = { kind: 'refusal', statuses: [409], code: { pointer: '/code', values: ['again'] } };
  const said = { create: { path: '/orders', example: { note: 'a' } }, replay };
  writeFileSync(join(folder, 'orders.json'), JSON.stringify(said));
  const { stdout } = await command(['explain', './orders.json'], { folder });
  expect(stdout).toContain('with a refusal that names the first resource (409 with /code = again); ');
});
