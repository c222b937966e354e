/** What faults of the header, other endpoints and uploads look like from outside. */
import { type Case, type Probe, post, sequence, valid } from './faults-probes.js';
import type { Call } from './server-caller.js';
import { form, png } from './server-forms.js';

const { idempotency_key: _, ...keyless } = valid;
const header = { headers: { 'Idempotency-Key': 'h' } };
const kits: Call = { path: '/v1/brand-kits' };
const kit = (url: string): [unknown, Call] => [{ url, idempotency_key: 'k-1' }, kits];

/** Uploads one after the other: their files, and a mark on duplicates. */
const uploads =
  (...files: [name: string, text: string][]): Probe =>
  async (api) => {
    const ids: string[] = [];
    const told: string[] = [];
    for (const [filename, text] of files) {
      const { body } = await post(api, undefined, form({ filename, bytes: png(text) }));
      if (!ids.includes(body.id)) ids.push(body.id);
      told.push(`${'abc'[ids.indexOf(body.id)]}${body.was_duplicate ? '+' : ''}`);
    }
    return told.join(' ');
  };

const uploadStorm: Probe = async (api) => {
  const { body, ...call } = form({ bytes: png('one') });
  const all = await Promise.all([1, 2, 3, 4].map(() => api.post(body, { ...call, fresh: true })));
  return new Set(all.map((answer) => answer.body.id)).size > 1;
};

const thrice = uploads(['a.png', 'one'], ['b.png', 'one'], ['a.png', 'onf']);
const upload = (faulty: string): Case => ({ probe: thrice, correct: 'a a+ b', faulty });

export const sideCases: Record<string, Case> = {
  'header-honoured': {
    probe: sequence([keyless, header], [keyless, header], [valid, header]),
    correct: 'a b c',
    faulty: 'a a b',
  },
  'header-overrides-body': {
    probe: sequence([valid, header], [{ ...valid, idempotency_key: 'k-2' }, header], valid),
    correct: 'a b a',
    faulty: 'a x b',
  },
  'header-part-of-scope': { probe: sequence(valid, [valid, header], valid), correct: 'a a a', faulty: 'a b a' },
  'header-refused': {
    probe: sequence([keyless, header], [valid, header], valid),
    correct: 'a b b',
    faulty: '400 400 a',
  },

  'other-endpoints-share-keys': {
    probe: sequence(valid, kit('a.example'), valid),
    correct: 'a b a',
    faulty: 'a a a',
    also: ['elsewhere'],
  },
  'operations-answer-each-other': {
    probe: sequence(valid, kit('a.example'), kit('b.example'), valid),
    correct: 'a b c a',
    faulty: 'a a a a',
    also: ['elsewhere'],
  },
  'other-endpoints-know-keys': {
    probe: sequence(valid, kit('a.example'), valid),
    correct: 'a b a',
    faulty: 'a x a',
    also: ['elsewhere'],
  },
  'other-endpoints-honour-keys': {
    probe: sequence(kit('a.example'), kit('b.example'), valid, kit('a.example')),
    correct: 'a b c d',
    faulty: 'a a b a',
  },
  'other-endpoints-conflict': {
    probe: sequence(kit('a.example'), kit('b.example'), valid, kit('a.example')),
    correct: 'a b c d',
    faulty: 'a x b a',
  },

  'upload-dedupe-by-name': { ...upload('a b a+'), also: ['uploads'] },
  'upload-no-dedupe': { ...upload('a b c'), also: ['uploads'] },
  'upload-flag-never-set': { ...upload('a a b'), also: ['uploads'] },
  'upload-flag-always-set': { ...upload('a+ a+ b+'), also: ['uploads'] },
  'upload-dedupe-less-last-byte': upload('a a+ a+'),
  'upload-dedupe-name-and-content': { ...upload('a b c'), also: ['uploads'] },
  'upload-race': { probe: uploadStorm, correct: false, faulty: true },
};
