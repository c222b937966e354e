/** The contracts that docs/contracts.md shows: the reference serves each, and passes by it. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { check, idsWith } from './run/check.js';

const page = readFileSync(join(import.meta.dirname, '..', 'docs', 'contracts.md'), 'utf8');
const examples = [...page.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, text = ''], n) => ({
  title:
    page
      .slice(0, page.indexOf(text))
      .match(/(?<=^## ).*$/gm)
      ?.at(-1) ?? '',
  file: `example-${n}.yaml`,
  text,
}));

/** Modules that the contracts name. */
const modules = [...page.matchAll(/^```js\n\/\/ (\S+)\n([\s\S]*?)^```$/gm)];

const folder = mkdtempSync(join(tmpdir(), 'idem-docs-'));
for (const [, name = '', text = ''] of modules) writeFileSync(join(folder, name), text);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.concurrent('docs/contracts.md', () => {
  test.each(examples)('$title: $file', async ({ file, text }) => {
    const contract = join(folder, file);
    writeFileSync(contract, text);
    const only = ['CREATE-4', 'REPLAY-1', 'CONFLICT-1', 'REJECT-1'];
    const results = await check({ contract, only, profile: 'smoke', stormWidth: 4 });
    expect([results.exitCode, idsWith(results, 'failed', 'warned', 'noticed')]).toEqual([0, []]);
    expect(idsWith(results, 'passed')).toEqual(expect.arrayContaining(['CREATE-4', 'REPLAY-1']));
  });
});
