/** What targets answer and what other people's files hold is text, whichever verb prints it. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hostile, hostileResults, UNSEEN } from '../reports/hostile.js';
import { command, type Ended, newFolder } from './command.js';
import { serve } from './targets.js';

const env = { GITHUB_ACTIONS: 'true', IDEM_API_KEY: 'sk_of_nobody_01' };

/** Neither escape sequences nor orders for GitHub but the command's own. */
function expectInert({ stdout, stderr }: Pick<Ended, 'stdout' | 'stderr'>): void {
  for (const text of [stdout, stderr]) {
    const at = UNSEEN.exec(text)?.index;
    expect(at === undefined ? null : JSON.stringify(text.slice(at - 40, at + 40))).toBeNull();
  }
  const orders = `${stdout}\n${stderr}`.split('\n').filter((line) => /^\s*::|##\[/.test(line));
  expect(orders.filter((line) => !/^::(error|warning|notice) title=[^:,]*::/.test(line))).toEqual([]);
}

const fixed = { numRuns: 2, endOnFailure: true };

test.concurrent('a target that answers with hostile strings everywhere', async () => {
  const drawn = fc.array(hostile, { minLength: 8, maxLength: 8 });
  const property = fc.asyncProperty(drawn, async (strings) => {
    let n = 0;
    const next = () => {
      n += 1;
      return strings[n % strings.length] as string;
    };
    const made: string[] = [];
    const target = await serve((incoming, response) => {
      incoming.resume().on('end', () => {
        const items = made.toReversed().map((id) => ({ id, [next()]: next() }));
        if (incoming.method !== 'GET') made.push(`${next()}${made.length}`);
        const value = incoming.method === 'GET' ? { items } : { id: made.at(-1), [next()]: [next()] };
        const header = next().replace(/[^\t\x20-\x7e\x80-\xff]/g, '');
        response
          .writeHead(incoming.method === 'GET' ? 200 : 201, { 'content-type': 'application/json', 'x-evil': header })
          .end(JSON.stringify(value));
      });
    });
    const folder = newFolder();
    writeFileSync(join(folder, 'order.json'), '{"note":"two of them"}');
    const api = ['--endpoint', 'POST /orders', '--key', 'header:Idempotency-Key', '--body', 'order.json'];
    const words = ['--target', target.url, ...api, '--list', 'GET /orders', '--profile', 'smoke', '--seed', '1'];
    const more = [
      '--storm-width',
      '2',
      '--only',
      'REPLAY-1,CREATE-1',
      '--verbose',
      '--format',
      'html,junit,markdown,sarif',
    ];
    const ended = await command([...words, ...more], { folder, env });
    expect(ended.code, ended.stderr).toBe(1);
    expectInert(ended);
    for (const name of readdirSync(join(folder, 'idem-report'))) {
      const text = readFileSync(join(folder, 'idem-report', name), 'utf8');
      expect(UNSEEN.exec(text.replace(/<(script|style)[^>]*>[\s\S]*?<\/\1>/g, ''))?.index, name).toBeUndefined();
    }
    const judged = await command(['judge', 'idem-report/history.ndjson'], { folder, env });
    expect(judged.code).toBe(1);
    expectInert(judged);
  });
  await fc.assert(property, fixed);
});

test.concurrent('results of others, whichever verb reads them', async () => {
  const property = fc.asyncProperty(hostileResults, hostileResults, hostile, async (older, newer, text) => {
    const folder = newFolder();
    writeFileSync(join(folder, 'older.json'), JSON.stringify(older));
    writeFileSync(join(folder, 'newer.json'), JSON.stringify(newer));
    writeFileSync(join(folder, 'wrong.json'), JSON.stringify({ ...newer, [text]: text }));
    const contract = { extends: 'ietf', title: text, name: 'own', resource: text };
    writeFileSync(join(folder, 'contract.yaml'), JSON.stringify(contract));
    const verbs: [codes: number[], ...words: string[]][] = [
      [[0, 1], 'compare', 'older.json', 'newer.json'],
      [[0, 1, 2, 3], 'merge', 'older.json'],
      [[2], 'compare', 'older.json', 'wrong.json'],
      [[2], 'replay', 'REPLAY-1', '--from', 'newer.json'],
      [[0], 'explain', 'contract.yaml'],
    ];
    const all = verbs.map(async ([codes, ...words]) => {
      const ended = await command(words, { folder, env });
      expect(codes, `${words.join(' ')}: ${ended.code} ${ended.stderr.slice(0, 300)}`).toContain(ended.code);
      expectInert(ended);
    });
    await Promise.all(all);
  });
  await fc.assert(property, fixed);
});
