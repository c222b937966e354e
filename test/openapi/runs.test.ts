/** Runs by a document alone: correct servers get a verdict, broken ones fail, whatever style the document is written in. */
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { readOpenApi } from '../../contracts/openapi/document.js';
import { readingLines } from '../../contracts/openapi/read.js';
import type { Results } from '../../results/results.js';
import { withDocument } from '../../run/openapi.js';
import { openApiOf, type RunOptions } from '../../run/options.js';
import { run } from '../../run/run.js';
import { closeTargets } from '../cli/targets.js';
import { type Documented, documented } from './apis.js';
import { type Mistake, serveApi } from './server.js';

afterAll(closeTargets);

const fileOf = (name: string) => fileURLToPath(new URL(`./documents/${name}`, import.meta.url));

async function runOf({ file, api }: Documented, mistake: Mistake | undefined, only: string[]): Promise<Results> {
  const { url } = await serveApi(api, mistake);
  const credentials = api.needs?.['x-api-key'] === undefined ? {} : { first: api.needs['x-api-key'] };
  const how = { profile: 'smoke', seed: 1, stormWidth: 4, maxWait: 2, only } satisfies RunOptions;
  return run({ targets: [url], openapi: fileOf(file), credentials, ...how }, { small: false });
}

const idsOf = ({ requirements }: Results, status: string) =>
  requirements.filter((one) => one.status === status).map(({ id }) => id);

describe.concurrent('a document alone', () => {
  test.for(documented)('$file gives a verdict on a correct server', async (one, { expect }) => {
    const results = await runOf(one, undefined, ['REPLAY', 'STORM-1']);
    expect(results.verdict).toMatch(/^Conforms/);
    expect(results.exitCode).toBe(0);
    expect([...idsOf(results, 'failed'), ...idsOf(results, 'inconclusive')]).toEqual([]);
    const effects = one.api.list === undefined ? [] : ['REPLAY-3'];
    expect(idsOf(results, 'passed')).toEqual(expect.arrayContaining(['REPLAY-1', 'STORM-1', ...effects]));
    if (one.api.list === undefined) expect(results.verdict).toContain('effects are not counted');
  });

  test.for(documented)('$file gets a server failed whose repeats make another resource', async (one, { expect }) => {
    const results = await runOf(one, 'again', ['REPLAY-1']);
    expect(results.verdict).toMatch(/^Violated|REPLAY-1/);
    expect(idsOf(results, 'failed')).toContain('REPLAY-1');
    expect(results.exitCode).toBe(1);
  });

  const listed = documented.filter(({ api }) => api.list !== undefined && api.list.length > 1);
  test.for(listed)(
    '$file, whose list has pages, gets a server failed whose repeats make one that no answer names',
    async (one, { expect }) => {
      const results = await runOf(one, 'hidden', ['REPLAY-3']);
      expect([results.exitCode, idsOf(results, 'failed')]).toEqual([1, ['REPLAY-3']]);
    },
  );
});

test.for(documented.slice(0, 2))('$file gets a server failed that makes two at once', async (one) => {
  const results = await runOf(one, 'racing', ['STORM-1']);
  expect(idsOf(results, 'failed')).toContain('STORM-1');
  expect(results.exitCode).toBe(1);
});

test.each(documented)(
  'what is understood of $file is said in a few lines for each write',
  async ({ file, understood }) => {
    const options = await withDocument({ openapi: fileOf(file), targets: ['http://127.0.0.1:1'] });
    const { loaded, reading } = openApiOf(options);
    const lines = readingLines(loaded.file, reading);
    expect(reading.problem).toBeNull();
    expect(lines.length).toBeLessThanOrEqual(20);
    for (const text of understood) expect(lines.join('\n')).toContain(text);
  },
);

test('a write for which nothing can be drawn is left out by name, and the others are tested', async () => {
  const post = (schema: object) => ({
    post: {
      parameters: [{ name: 'Idempotency-Key', in: 'header', schema: { type: 'string' } }],
      requestBody: { content: { 'application/json': { schema } } },
      responses: {
        201: {
          description: 'made',
          content: { 'application/json': { schema: { type: 'object', properties: { id: { type: 'string' } } } } },
        },
      },
    },
  });
  const note = { type: 'object', required: ['text'], properties: { text: { type: 'string' } } };
  const none = { type: 'object', required: ['n'], properties: { n: { type: 'integer', minimum: 5, maximum: 1 } } };
  const paths = { '/notes': post(note), '/nothing': post(none) };
  const document = await readOpenApi(JSON.stringify({ openapi: '3.1.0', info: {}, paths }), 'doc');
  const { operations, reading } = openApiOf({ openapi: 'doc', openapiDocument: document });
  expect(operations.map(({ loaded: { contract } }) => contract.create.path)).toEqual(['/notes']);
  expect(reading.others).toMatchObject([{ endpoint: 'POST /nothing', problem: expect.stringContaining('/n') }]);
});
