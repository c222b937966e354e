import { expect, test } from 'vitest';
import { loadCatalogue, requirementSet, requirementSets } from '../../suites/catalogue.js';

const catalogue = loadCatalogue();
const all = catalogue.chapters.flatMap(({ name, requirements }) =>
  requirements.map((one) => ({ chapter: name, ...one })),
);

test('ids, levels and sentences', () => {
  const lines = all.map(({ id, level, sentence }) => `${id} ${level} ${sentence}`);
  expect([catalogue.version, ...lines].join('\n')).toMatchSnapshot();
});

test('chapters are in order, each with a title', () => {
  const names =
    'CREATE KEY REPLAY CONFLICT SCOPE STORM LOST RETENTION REJECT ENVELOPE HEADER ENDPOINT UPLOAD WEBHOOK SCENARIO';
  expect(catalogue.chapters.map(({ name }) => name).join(' ')).toBe(names);
  for (const { title } of catalogue.chapters) expect(title).not.toBe('');
});

test('each requirement is complete, and counted from 1 in its chapter', () => {
  expect(all).toHaveLength(82);
  for (const { name, requirements } of catalogue.chapters) {
    expect(requirements.map(({ id }) => id)).toEqual(requirements.map((_, n) => `${name}-${n + 1}`));
  }
  for (const { level, sentence, source } of all) {
    expect(['MUST', 'SHOULD', 'OBSERVE']).toContain(level);
    expect(sentence).toMatch(/^\S.*[.)]$/);
    expect(source).toMatch(/^(Moda: |Bug class|This suite: |IETF )/);
  }
});

test('the newest frozen set is the catalogue as it is: a change of either needs another set', () => {
  const [newest] = requirementSets().toReversed() as [string];
  expect(newest).toBe(catalogue.version);
  const deciding = all.filter(({ level }) => level !== 'OBSERVE').map(({ id, level }) => [id, level] as const);
  expect(Object.fromEntries(requirementSet(newest))).toEqual(Object.fromEntries(deciding));
});

test('the sets that were published are as they were', () => {
  expect(
    requirementSets().map((version) => [version, [...requirementSet(version)].map((one) => one.join(' '))]),
  ).toMatchSnapshot();
});
