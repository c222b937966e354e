/** `explain`: in words what a contract promises. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'vitest';
import { command, newFolder } from './command.js';

test.concurrent('the bundled contract', async ({ expect }) => {
  const ended = await command(['explain']);
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

test.concurrent('2: a contract that is not there', async ({ expect }) => {
  const sentence = 'There is no contract nope. Known: ietf, moda. A file needs its ending: ./my-api.yaml';
  const ended = await command(['explain', 'nope']);
  expect(ended).toMatchObject({ code: 2, stdout: '', stderr: `idem-conformance: ${sentence}\n` });
});
