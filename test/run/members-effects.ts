/** What a contract says of how effects are seen: said otherwise, they are not, and nothing passes unseen. */
import type { Mutated } from './members.js';

const acceptedBy = (url: string) => `extends: ietf
visibleWithin: 0.1
finalWithin: 1
accepted: { url: { ${url} }, done: [done] }`;
const takesTime = { timing: { runningAfterMs: 200, finishedAfterMs: 600 } };

export const seen: Mutated[] = [
  {
    member: 'accepted',
    id: 'REPLAY-3',
    served: acceptedBy('header: Location'),
    serve: takesTime,
    said: [
      ['', 'passed'],
      ['accepted: { statuses: [203] }', 'inconclusive'],
      ['accepted: { url: { header: X-Other } }', 'inconclusive'],
      ['accepted: { status: /other }', 'inconclusive'],
      ['accepted: { done: [other] }', 'inconclusive'],
    ],
  },
  {
    member: 'accepted.url.pointer',
    id: 'REPLAY-3',
    served: acceptedBy('pointer: /poll'),
    serve: takesTime,
    said: [
      ['', 'passed'],
      ['accepted: { url: { pointer: /other } }', 'inconclusive'],
    ],
  },
  {
    member: 'accepted.failed',
    id: 'REPLAY-3',
    served: `${acceptedBy('pointer: /poll')}\nvisibleWithin: 1`.replace('visibleWithin: 0.1\n', ''),
    front: ({ path }) => (path.startsWith('/accepted/') ? { status: 200, body: { status: 'broken' } } : undefined),
    said: [
      ['accepted: { failed: [broken] }', 'passed'],
      ['accepted: { failed: [other] }', 'inconclusive'],
    ],
  },
  {
    member: 'effects.perWrite',
    id: 'REPLAY-3',
    served: 'extends: ietf\nvisibleWithin: 0.2\neffects: { perWrite: 2 }',
    said: [
      ['', 'passed'],
      ['effects: { perWrite: 1 }', 'failed'],
      ['effects: { perWrite: 3 }', 'inconclusive'],
    ],
  },
  {
    member: 'effects.list',
    id: 'REPLAY-3',
    served: 'extends: ietf\nvisibleWithin: 0.2',
    serve: { list: { size: 1 } },
    said: [
      ['', 'passed'],
      ['effects: { list: { path: /others } }', 'inconclusive'],
      ['effects: { list: { query: { cursor: other } } }', 'inconclusive'],
      ['effects: { list: { pageSize: { query: cursor } } }', 'inconclusive'],
      ['effects: { list: { pageSize: { value: 1000 } } }', 'inconclusive'],
      ['effects: { list: { items: /other } }', 'inconclusive'],
      ['effects: { list: { pages: { kind: none } } }', 'inconclusive'],
      ['effects: { list: { pages: { query: other } } }', 'inconclusive'],
      ['effects: { list: { pages: { next: /other } } }', 'inconclusive'],
      ['effects: { list: { id: /name } }', 'inconclusive'],
    ],
  },
  {
    member: 'effects.list.pages.first',
    id: 'REPLAY-3',
    served: 'extends: ietf\nvisibleWithin: 0.2\neffects: { list: { pages: { kind: page, query: page, first: 1 } } }',
    serve: { list: { size: 2 } },
    said: [
      ['', 'passed'],
      ['effects: { list: { pages: { first: 2 } } }', 'inconclusive'],
    ],
  },
  {
    member: 'effects.list.kind',
    id: 'REPLAY-3',
    served: 'extends: moda\nvisibleWithin: 0.2',
    said: [
      ['', 'passed'],
      ['effects: { list: { kind: { pointer: /other } } }', 'inconclusive'],
      ['effects: { list: { kind: { value: other } } }', 'inconclusive'],
    ],
  },
  {
    member: 'create.nonce and effects.list.nonce',
    id: 'REPLAY-3',
    served: 'extends: ietf\nvisibleWithin: 0.2',
    fault: 'replay-makes-orphan',
    said: [
      ['', 'failed'],
      ['create: { nonce: null }', 'inconclusive'],
      ['effects: { list: { nonce: /other } }', 'inconclusive'],
    ],
  },
  {
    member: 'visibleWithin',
    id: 'REPLAY-3',
    served: 'extends: ietf',
    serve: { list: { lateMs: 500 } },
    said: [
      ['visibleWithin: 1.5', 'passed'],
      ['visibleWithin: 0.1', 'inconclusive'],
    ],
  },
  {
    member: 'effects.counter',
    id: 'REPLAY-3',
    served:
      'extends: ietf\nvisibleWithin: 0.2\neffects: { list: null, counter: { path: /stats, query: { of: all }, pointer: /made } }',
    front: ({ path }) => (/^\/stats(?!\?of=all$)/.test(path) ? { status: 404 } : undefined),
    exclusive: true,
    said: [
      ['', 'passed'],
      ['effects: { counter: { path: /others } }', 'inconclusive'],
      ['effects: { counter: { query: { of: none } } }', 'inconclusive'],
      ['effects: { counter: { pointer: /other } }', 'inconclusive'],
      ['effects: { counter: { adds: 2 } }', 'inconclusive'],
    ],
  },
];
