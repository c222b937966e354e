/** Targets that are not what they should be: never a crash, never a false pass, and the evidence is kept. */
import type { RequestListener } from 'node:http';
import { expect, test } from 'vitest';
import { command, expectRun, withKey } from './command.js';
import { always, closedPort, serve, servePort } from './targets.js';

const JSON_TYPE = 'application/json';

/** Answers a request with exactly these characters, and closes the connection. */
const raw = (text: string) => () => servePort((socket) => socket.once('data', () => socket.end(text)));
const answering = (handler: RequestListener) => () => serve(handler);

const hundredMegabytes: RequestListener = (_, response) => {
  response.writeHead(200, { 'content-type': JSON_TYPE });
  const chunk = Buffer.alloc(1024 * 1024, 'a');
  let left = 100;
  const write = () => {
    while (left > 0) {
      left -= 1;
      if (!response.write(chunk)) return response.once('drain', write);
    }
    return response.end();
  };
  write();
};

/** A byte now and then: every single wait is short, the whole takes for ever. */
const dripping: RequestListener = (_, response) => {
  response.writeHead(200, { 'content-type': JSON_TYPE });
  const timer = setInterval(() => response.write(' '), 100);
  response.on('close', () => clearInterval(timer));
};

interface Kind {
  name: string;
  target: () => Promise<{ url: string }>;
  /** What the sentence says: what came back, and what to do. */
  sentence: RegExp;
  /** What the notes keep of it. */
  evidence: RegExp;
  words?: string[];
}

const kinds: Kind[] = [
  {
    name: 'a port on which nobody listens',
    target: closedPort,
    sentence: /was not sent: connect ECONNREFUSED .* Nothing listens there: .* --wait/,
    evidence: /came back: connect ECONNREFUSED/,
  },
  {
    name: 'a target that never answers',
    target: () => servePort(() => {}),
    words: ['--timeout', '1'],
    sentence: /got no answer: no complete answer within 1 s\. .* raise --timeout/,
    evidence: /came back: no complete answer within 1 s/,
  },
  {
    name: 'a target that never ends its answer',
    target: answering(dripping),
    words: ['--timeout', '1'],
    sentence: /no complete answer within 1 s/,
    evidence: /came back: no complete answer within 1 s/,
  },
  {
    name: 'a port that speaks no HTTP',
    target: () => servePort((socket) => socket.end('SSH-2.0-OpenSSH_9.7\r\n')),
    sentence:
      /got no answer: Response does not match the HTTP\/1\.1 protocol.* Check that the address is an HTTP server/,
    evidence: /came back: Response does not match/,
  },
  {
    name: 'connections that are closed without an answer',
    target: () => servePort((socket) => socket.once('data', () => socket.destroy())),
    sentence: /got no answer: other side closed/,
    evidence: /came back: other side closed/,
  },
  {
    name: 'a connection that is closed in the middle of the JSON',
    target: raw(`HTTP/1.1 200 OK\r\ncontent-type: ${JSON_TYPE}\r\ncontent-length: 500\r\n\r\n{"id":"task_1","sta`),
    sentence: /got no answer: other side closed/,
    evidence: /came back: other side closed/,
  },
  {
    name: 'headers without end',
    target: raw(`HTTP/1.1 200 OK\r\nx-long: ${'a'.repeat(200_000)}\r\n\r\n`),
    sentence: /got no answer: Headers Overflow Error/,
    evidence: /Headers Overflow Error/,
  },
  {
    name: 'HTML with 200',
    target: answering(always(200, 'text/html', '<!doctype html>\n<title>\u001b[31mWelcome</title>')),
    sentence: /was answered 200: <!doctype html>.* That is not JSON, .* check --target/,
    evidence: /came back: 200 <!doctype html>\n<title>.*Welcome/,
  },
  {
    name: '204',
    target: answering((_, response) => response.writeHead(204).end()),
    sentence: /was answered 204 with an empty body\. That is not JSON/,
    evidence: /came back: 204/,
  },
  {
    name: '100 MB',
    target: answering(hundredMegabytes),
    sentence: /was answered 200 with more than 1 MiB\. That is not an answer of this endpoint/,
    evidence: /came back: 200 aaaa/,
  },
  {
    name: '404',
    target: answering(always(404, 'text/html', '<h1>Not here</h1>')),
    sentence: /was answered 404: <h1>Not here<\/h1>\. There is no such endpoint: check --target \(the base path \/v1/,
    evidence: /came back: 404 <h1>Not here/,
  },
  {
    name: 'a redirect, which is not followed',
    target: answering(always(308, 'text/plain', 'moved', { location: 'https://elsewhere.example/v1/tasks' })),
    sentence: /was redirected to https:\/\/elsewhere\.example\/v1\/tasks\. Redirects are not followed/,
    evidence: /came back: 308 moved/,
  },
  {
    name: '500',
    target: answering(always(500, JSON_TYPE, '{"error":"broken"}')),
    sentence: /was answered 500: \{"error":"broken"\}\. The target fails on a valid first request/,
    evidence: /came back: 500 \{"error":"broken"\}/,
  },
  {
    name: '503',
    target: answering(always(503, JSON_TYPE, '{}')),
    sentence: /was answered 503: \{\}\. The target fails/,
    evidence: /came back: 503/,
  },
  {
    name: 'a refusal of what the contract allows',
    target: answering(always(422, JSON_TYPE, '{"error":{"code":"validation_failed"}}')),
    sentence: /was answered 422: .* A body that is valid by the contract 'moda' was refused: check --contract/,
    evidence: /came back: 422 .*validation_failed/,
  },
  {
    name: 'a rate limit that never ends',
    target: answering(always(429, JSON_TYPE, '{}', { 'retry-after': '0' })),
    sentence: /was answered 429: \{\}\. The rate limit is reached even after waiting: lower --rate/,
    evidence: /came back: 429/,
  },
  {
    name: 'a status that does not exist',
    target: raw('HTTP/1.1 999 Odd\r\ncontent-length: 0\r\n\r\n'),
    sentence: /was answered 999 with an empty body\./,
    evidence: /came back: 999/,
  },
  {
    name: 'a content coding that was not asked for',
    target: answering(always(200, JSON_TYPE, '(\u00b5/\u00fd', { 'content-encoding': 'zstd' })),
    sentence:
      /was answered 200 with a body in the content coding 'zstd', which was not asked for\. Have only what .*: gzip, /,
    evidence: /came back: answered 200 with a body in the content coding 'zstd'/,
  },
  {
    name: 'a body that is not what its coding says',
    target: answering(always(200, JSON_TYPE, '{}', { 'content-encoding': 'gzip' })),
    sentence: /was answered 200 with a body that is not what its Content-Encoding 'gzip' says \(/,
    evidence: /came back: answered 200 with a body that is not what/,
  },
  {
    name: 'plain HTTP at an https address',
    target: async () => ({ url: (await serve(always(200, JSON_TYPE, '{}'))).url.replace('http:', 'https:') }),
    sentence: /was not sent: TLS: wrong version number .* That port speaks HTTP without TLS: give http:/,
    evidence: /came back: .*SSL/,
  },
];

test.concurrent.each(kinds)('3: $name', async ({ target, words = [], sentence, evidence }) => {
  const { url } = await target();
  const ended = await command(['--target', url, '--profile', 'smoke', '--seed', '1', ...words], withKey);
  const results = expectRun(ended, 3, sentence);
  expect(ended.stderr).toMatch(/^idem-conformance: Nothing was judged\. POST \S+\/v1\/tasks /);
  expect(ended.stdout + ended.stderr).not.toContain('\u001b');
  const [first = '', ...rest] = results.notes;
  expect(first).not.toBe('');
  expect(rest.join('\n')).toMatch(evidence);
  expect(rest[0]).toMatch(/^Sent POST \S+\/v1\/tasks \{.*"idempotency_key":"/);
  expect(results.requirements.filter(({ status }) => status === 'passed' || status === 'failed')).toEqual([]);
});
