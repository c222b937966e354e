/** A target that goes down is named, with the request after which it did; the run ends. Real processes. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer, request as passOn } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Results } from '../../results/results.js';
import { check, idsWith } from './check.js';

type Mode = 'hang-up' | 'key' | 'once' | 'freeze' | 'slow' | 'often';

const closing: (() => void)[] = [];
afterAll(() => {
  for (const close of closing) close();
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** A server in a process of its own; `supervised`: started again whenever it ends. */
async function serveDying(mode: Mode, supervised: boolean): Promise<{ url: string; folder: string; words: string[] }> {
  const folder = mkdtempSync(join(tmpdir(), 'idem-dying-'));
  writeFileSync(join(folder, 'order.json'), '{"note":"two of them","amount":2}');
  const port = await freePort();
  const words = [join(import.meta.dirname, 'dying-server.mjs'), String(port), folder, mode];
  let child: ChildProcess;
  let open = true;
  const start = () => {
    child = spawn(process.execPath, words, { stdio: 'ignore' });
    child.once('exit', () => setTimeout(() => open && supervised && start(), 100));
  };
  start();
  closing.push(() => {
    open = false;
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  });
  return { url: `http://127.0.0.1:${port}`, folder, words };
}

interface Served {
  url: string;
  folder: string;
}

/** A proxy, which answers for the server where that is not there. */
async function inFrontOf(served: Served, status: number, headers: Record<string, string> = {}): Promise<Served> {
  const proxy = createHttpServer((incoming, outgoing) => {
    const { method, url } = incoming;
    const inner = passOn(`${served.url}${url}`, { method, headers: incoming.headers, agent: false }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    inner.on('error', () => (outgoing.headersSent ? outgoing.destroy() : outgoing.writeHead(status, headers).end()));
    outgoing.on('close', () => inner.destroy());
    incoming.pipe(inner);
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => proxy.once('listening', resolve));
  closing.push(() => {
    proxy.closeAllConnections();
    proxy.close();
  });
  const { port } = proxy.address() as { port: number };
  return { url: `http://127.0.0.1:${port}`, folder: served.folder };
}

function runAgainst({ url, folder }: Served, more: Parameters<typeof check>[0] = {}): Promise<Results> {
  const endpoint = { endpoint: 'POST /orders', key: 'header:Idempotency-Key', body: join(folder, 'order.json') };
  return check({ targets: [url], endpoint, profile: 'smoke', wait: 10, ...more });
}

/** What a run that met an outage says. */
function outcome(results: Results) {
  const server = results.requirements.find(({ id }) => id === 'SERVER-2');
  return { exitCode: results.exitCode, stop: results.stop?.message ?? '', failed: idsWith(results, 'failed'), server };
}

describe.concurrent('a target that goes down', () => {
  test('down for good when a client hangs up: named, and undecided', async () => {
    const { exitCode, stop, failed } = outcome(await runAgainst(await serveDying('hang-up', false)));
    expect([exitCode, failed]).toEqual([3, []]);
    expect(stop).toMatch(
      /^the target went down after POST http:\S+\/orders of [A-Z]+-\d+, on which the client hung up: connect ECONNREFUSED .*\. It did not come back within 5 s$/,
    );
  });

  test.each([[['LOST-7']], [['LOST-1', 'LOST-3']], [['SERVER-2']]])(
    'down whenever a client hangs up, and started again: a finding by %j',
    async (only) => {
      const results = await runAgainst(await serveDying('hang-up', true), {
        only: [...new Set([...only, 'SERVER-2'])],
      });
      const { exitCode, stop, failed, server } = outcome(results);
      expect(stop).toMatch(/on which the client hung up: .* It came back, and the same request took it down again$/);
      expect([exitCode, failed]).toEqual([1, ['SERVER-2']]);
      expect(server?.findings).toMatchObject([
        {
          rule: 'hang-up-takes-target-down',
          summary: 'A client that hangs up takes the server down.',
          confirmed: { failed: 4, of: expect.any(Number) },
        },
      ]);
    },
  );

  test.each<[number, Record<string, string>]>([
    [502, {}],
    [503, {}],
    [503, { 'retry-after': '0' }],
    [504, {}],
  ])(
    'down for good behind a proxy, which answers %d %j from then on: named, and undecided',
    async (status, headers) => {
      const front = await inFrontOf(await serveDying('hang-up', false), status, headers);
      const { exitCode, stop, failed } = outcome(await runAgainst(front, { only: ['REPLAY-1', 'LOST-7', 'SERVER-2'] }));
      expect([exitCode, failed]).toEqual([3, []]);
      expect(stop).toMatch(
        /^the target went down after POST http:\S+\/orders of [A-Z]+-\d+, on which the client hung up: GET \/orders is answered 50\d\. It did not come back within 5 s$/,
      );
    },
  );

  test.each([false, true])(
    'a finding where only the restart command starts it again; behind a proxy: %j',
    async (hidden) => {
      const served = await serveDying('hang-up', false);
      const { folder, words } = served;
      const { url } = hidden ? await inFrontOf(served, 502) : served;
      const starter = join(folder, 'start.mjs');
      writeFileSync(
        starter,
        `import { spawn } from 'node:child_process'; import { appendFileSync } from 'node:fs';
    const child = spawn(process.execPath, ${JSON.stringify(words)}, { detached: true, stdio: 'ignore' });
    appendFileSync(${JSON.stringify(join(folder, 'pids'))}, child.pid + '\\n'); child.unref();`,
      );
      const { exitCode, failed } = outcome(
        await runAgainst(
          { url, folder },
          { only: ['LOST-1', 'SERVER-2'], restartCommand: `'${process.execPath}' '${starter}'` },
        ),
      );
      expect([exitCode, failed]).toEqual([1, ['SERVER-2']]);
    },
  );

  test('down for a key: a finding that is no hang-up', async () => {
    const { exitCode, failed, server } = outcome(
      await runAgainst(await serveDying('key', true), { only: ['KEY-3', 'SERVER-2'] }),
    );
    expect([exitCode, failed]).toEqual([1, ['SERVER-2']]);
    expect(server?.findings[0]).toMatchObject({
      rule: 'request-takes-target-down',
      foundBy: 'KEY-3',
      smallest: { exchanges: [{ key: expect.stringMatching(/['"]/) }] },
    });
  });

  test('down once, for a reason of its own: named, and not a finding', async () => {
    const { exitCode, stop, failed } = outcome(await runAgainst(await serveDying('once', true)));
    expect([exitCode, failed]).toEqual([3, []]);
    expect(stop).toMatch(/^the target went down after POST .*: connect ECONNREFUSED .* It came back, and stayed up/);
  });

  test('down every now and then, whatever is sent: no request is named for it', async () => {
    const { exitCode, stop, failed } = outcome(await runAgainst(await serveDying('often', true), { only: ['LOST-7'] }));
    expect([exitCode, failed]).toEqual([3, []]);
    expect(stop).toMatch(
      /It came back, and (goes down where nothing is sent, too|stayed up when that was sent again)$/,
    );
  });

  test('it takes connections, and answers nothing any more', async () => {
    const { exitCode, stop, failed } = outcome(await runAgainst(await serveDying('freeze', false), { timeout: 1 }));
    expect([exitCode, failed]).toEqual([3, []]);
    expect(stop).toMatch(/^the target went down after POST .*: no complete answer within 1 s\. It did not come back/);
  });

  test('it takes connections, and answers nothing for a while, each time: it may only be slow', async () => {
    const { exitCode, stop, failed } = outcome(
      await runAgainst(await serveDying('slow', false), { only: ['LOST-1', 'SERVER-2'], timeout: 1 }),
    );
    expect([exitCode, failed]).toEqual([3, []]);
    expect(stop).toMatch(
      /^the target went down after POST .*: no complete answer within 1 s\. It came back, and took connections when that was sent again, but gave no complete answer within 1 s: it may only be slow$/,
    );
  });
});
