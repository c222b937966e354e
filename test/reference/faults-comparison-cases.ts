/** What faults of comparing and of conflicts look like from outside. */
import { bodies, type Case, inTurn, type Probe, post, sequence, valid } from './faults-probes.js';

const page = (url: string) => ({ url, type: 'url' });
const [one, two, three] = ['a', 'b', 'c'].map((path) => page(`https://a.example/${path}`));
const other = { ...valid, prompt: 'Coffee' };
/** The same body in other bytes. */
const spaced = JSON.stringify(valid, null, 1);
const repeated = `${JSON.stringify(valid).slice(0, -1)},"prompt":"Tea"}`;

/** Two bodies that the fault takes for the same. */
const blind = (first: object, second: object, also: string[] = []): Case => ({
  probe: bodies(first, second),
  correct: 'a x',
  faulty: 'a a',
  also,
});

const list: Probe = async (api) => (await api.ids()).length;

/** Request ids of a first answer, a conflict and another conflict, by header, and whether the bodies have the same. */
const requestIds: Probe = async (api) => {
  const answers = [await post(api, valid), await post(api, other), await post(api, other)];
  const headers = answers.map(({ headers }) => headers['x-request-id']);
  return [
    new Set(headers).size === 3,
    answers.slice(1).every(({ body }, n) => body.error.request_id === headers[n + 1]),
  ];
};

const long = (length: number, end: string) => ({ prompt: 'x'.repeat(length) + end });

export const comparisonCases: Record<string, Case> = {
  'ignores-numbers': blind({ number_of_slides: 3 }, { number_of_slides: 4 }),
  'ignores-booleans': blind({ skip_brand_kit: true }, { skip_brand_kit: false }),
  'ignores-choices': blind({ model_tier: 'pro' }, { model_tier: 'lite' }),
  'compares-null-as-text': blind({ canvas_name: null }, { canvas_name: 'null' }),
  'compares-addresses-by-host': blind({ callback_url: one?.url }, { callback_url: two?.url }),
  'compares-addresses-without-query': blind({ callback_url: one?.url }, { callback_url: `${one?.url}?x=1` }),
  'compares-white-space-collapsed': blind({ prompt: 'Green Tea' }, { prompt: 'Green  Tea' }),
  'compares-without-accents': blind({ prompt: 'Th\u00e9' }, { prompt: 'The' }),
  'compares-emoji-alike': blind({ prompt: 'Tea 🙂' }, { prompt: 'Tea 🙃' }),
  'compares-without-punctuation': blind({ prompt: 'Tea, now' }, { prompt: 'Tea; now' }),
  'compares-255-characters': blind(long(255, 'a'), long(255, 'b')),
  'compares-first-16-kilobytes': blind(long(16 * 1024, 'a'), long(16 * 1024, 'b')),
  'compares-first-64-kilobytes': blind(long(64 * 1024, 'a'), long(64 * 1024, 'b')),
  'compares-ends-of-large-bodies': blind(
    { prompt: `Tea ${'x'.repeat(5_000)}a${'x'.repeat(5_000)}` },
    { prompt: `Tea ${'x'.repeat(5_000)}b${'x'.repeat(5_000)}` },
  ),
  'compares-last-kilobyte': blind({ prompt: `Tea ${'x'.repeat(1024)}` }, { prompt: `Sea ${'x'.repeat(1024)}` }),
  'compares-sum-of-bytes': blind({ prompt: 'Tea' }, { prompt: 'eTa' }),
  'compares-two-levels': blind({ attachments: [one] }, { attachments: [two] }),

  'compares-first-bodys-members': blind({}, { number_of_slides: 3 }),
  'compares-second-bodys-members': blind({ number_of_slides: 3 }, {}),
  'compares-first-bodys-elements': blind({ attachments: [one] }, { attachments: [one, two] }),
  'compares-names-alone': blind({ prompt: 'Tea' }, { prompt: 'Sea' }, ['conflict']),
  'compares-values-without-names': blind({ prompt: 'Tea', canvas_name: 'Sea' }, { prompt: 'Sea', canvas_name: 'Tea' }),
  'sorts-arrays': blind({ attachments: [one, two] }, { attachments: [two, one] }),
  'ignores-last-element': blind({ attachments: [one, two] }, { attachments: [one, three] }),
  'compares-first-element-alone': blind({ attachments: [one, two] }, { attachments: [one] }),
  'drops-repeated-elements': blind({ attachments: [one, one] }, { attachments: [one] }),
  'joins-texts': blind({ prompt: 'Tea', canvas_name: 'Deck' }, { prompt: 'Te', canvas_name: 'aDeck' }),
  'joins-values-with-commas': blind(
    { prompt: 'Tea,now', canvas_name: 'Deck' },
    { prompt: 'Tea', canvas_name: 'now,Deck' },
  ),
  'compares-query-string': {
    probe: sequence(
      { prompt: 'Tea', canvas_name: 'Deck', idempotency_key: 'k-1' },
      { prompt: 'Tea&canvas_name=Deck', idempotency_key: 'k-1' },
    ),
    correct: 'a x',
    faulty: 'a a',
  },
  'compares-as-template': blind({ format: { category: 'ui' } }, { format: { category: 'pdf' } }),

  'conflict-as-500': { probe: sequence(valid, other, valid), correct: 'a x a', faulty: 'a 500 a', also: ['conflict'] },
  'conflict-other-request-id': { probe: requestIds, correct: [true, true], faulty: [true, false] },
  'request-id-constant': { probe: requestIds, correct: [true, true], faulty: [false, true] },
  'request-id-each-second': { probe: requestIds, correct: [true, true], faulty: [false, true] },
  'conflict-once': { probe: sequence(valid, other, valid, other), correct: 'a x a x', faulty: 'a x a a' },
  'conflict-frees-key': {
    probe: inTurn(sequence(valid, other, valid), list),
    correct: 'a x a; 1',
    faulty: 'a x b; 2',
    also: ['conflict', 'effects'],
  },
  'conflict-bans-body': {
    probe: sequence(valid, other, { ...other, idempotency_key: 'k-2' }, { ...valid, idempotency_key: 'k-3' }),
    correct: 'a x b c',
    faulty: 'a x x b',
  },
  'body-part-of-key': {
    probe: sequence(valid, other, spaced, valid),
    correct: 'a x x a',
    faulty: 'a b c a',
    also: ['conflict', 'effects'],
  },
  'rewrites-create': {
    probe: sequence(valid, other, spaced),
    correct: 'a x x',
    faulty: 'a x b',
  },
  'rewrites-conflict-once': {
    probe: sequence(valid, other, spaced, spaced, valid),
    correct: 'a x x x a',
    faulty: 'a x x a a',
  },
  'repeated-member-crash': {
    probe: sequence(valid, repeated),
    correct: 'a x',
    faulty: 'a 500',
  },
};
