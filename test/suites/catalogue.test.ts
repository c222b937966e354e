import { describe, expect, test } from 'vitest';
import {
  CATALOGUE_VERSION,
  chapters,
  plannedRequirements,
  requirementById,
  requirementSet,
  requirementSets,
  requirements,
} from '../../suites/index.js';

const ids = requirements.map(({ id }) => id);

test('ids, levels and titles', () => {
  const lines = requirements.map(({ id, level, title }) => `${id} ${level} ${title}`);
  expect([CATALOGUE_VERSION, ...lines].join('\n')).toMatchSnapshot();
});

test('chapters are in order, each with a title', () => {
  const names =
    'CREATE KEY REPLAY CONFLICT SCOPE STORM LOST RETENTION REJECT ENVELOPE SERVER HEADER ENDPOINT UPLOAD WEBHOOK BATCH SCENARIO';
  expect(chapters.map(({ name }) => name).join(' ')).toBe(names);
  for (const { title } of chapters) expect(title).not.toBe('');
});

test('requirements are counted from 1 in their chapter, and found by their id', () => {
  expect(requirements).toHaveLength(97);
  for (const chapter of chapters) {
    expect(chapter.requirements.map(({ id }) => id)).toEqual(
      chapter.requirements.map((_, n) => `${chapter.name}-${n + 1}`),
    );
  }
  expect(ids.map(requirementById)).toEqual(requirements);
  expect(() => requirementById('REPLAY-99')).toThrow('There is no requirement REPLAY-99.');
});

describe('words', () => {
  test('a title is short, neutral and its own', () => {
    expect(requirements.filter(({ title }) => title.length > 70 || !/^[A-Z].*[^.]$/.test(title))).toEqual([]);
    expect(new Set(requirements.map(({ title }) => title)).size).toBe(requirements.length);
  });

  test('a statement is made of sentences', () => {
    expect(requirements.filter(({ statement }) => !/^[A-Z].*[.)]$/.test(statement))).toEqual([]);
  });

  test('neither names an API: its resource, its paths, its key, the statuses that it chooses', () => {
    const named = /\btasks?\b|\bdecks?\b|moda|idempotency_key|\/v\d|\b(200|201|202|400|401|409|422)\b|\bprompt\b/i;
    expect(requirements.filter(({ title, statement }) => named.test(title) || named.test(statement))).toEqual([]);
    // Braces stand for the contract's noun, and for nothing else.
    const braces = requirements.flatMap(({ title, statement }) => `${title} ${statement}`.match(/\{.*?\}/g) ?? []);
    expect(new Set(braces)).toEqual(new Set(['{resource}']));
    expect(requirements.filter(({ title }) => title.includes('{'))).toEqual([]);
  });
});

describe('how requirements are put to the test', () => {
  test('each by plans of its own, or by recalling keys', () => {
    const recalling = requirements.filter(({ recall }) => recall !== undefined).map(({ id }) => id);
    const planned = plannedRequirements.map(({ id }) => id);
    expect([...planned, ...recalling].sort()).toEqual([...ids].sort());
    expect(recalling).toEqual(['RETENTION-1', 'RETENTION-2', 'RETENTION-3']);
  });

  test('what they stand on and stop with are other requirements', () => {
    for (const { id, standsOn = [], stopsWith = [] } of requirements) {
      const others = [...standsOn.flatMap(({ on }) => on), ...stopsWith];
      expect(ids).toEqual(expect.arrayContaining(others));
      expect(others).not.toContain(id);
      for (const { on, why } of standsOn)
        expect([on.length > 0, why]).toEqual([true, expect.stringMatching(/^\w.*\w$/)]);
    }
  });

  test('what only one of them may be', () => {
    expect(requirements.filter(({ stuckKeys }) => stuckKeys).map(({ id }) => id)).toEqual(['LOST-4']);
    expect(requirements.filter(({ lookUp }) => lookUp).map(({ id }) => id)).toEqual(['REPLAY-11']);
    expect(requirements.filter(({ lostWrites }) => lostWrites).map(({ id }) => id)).toEqual(['LOST-11']);
  });

  test('what they need, stand on and recall', () => {
    const conditions = requirements.map(({ id, needs, once, byEffects, standsOn, stopsWith, recall }) => ({
      id,
      needs,
      once,
      byEffects,
      standsOn: standsOn?.map(({ on, when }) => `${when}: ${on.join(', ')}`),
      stopsWith,
      recall,
    }));
    const lines = conditions.map((one) => JSON.stringify(one)).filter((line) => line.includes(','));
    expect(lines.join('\n')).toMatchSnapshot();
  });
});

test('the newest frozen set is the catalogue as it is: a change of either needs another set', () => {
  const [newest] = requirementSets().toReversed() as [string];
  expect(newest).toBe(CATALOGUE_VERSION);
  const deciding = requirements.filter(({ level }) => level !== 'OBSERVE').map(({ id, level }) => [id, level] as const);
  expect(Object.fromEntries(requirementSet(newest))).toEqual(Object.fromEntries(deciding));
  expect(() => requirementSet('2020-01')).toThrow(
    'there is no set of requirements 2020-01. There are: 2026-12, 2027-01.',
  );
});

test('the sets that were published are as they were', () => {
  expect(
    requirementSets().map((version) => [version, [...requirementSet(version)].map((one) => one.join(' '))]),
  ).toMatchSnapshot();
});
