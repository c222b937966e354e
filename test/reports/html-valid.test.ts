import { HtmlValidate } from 'html-validate';
import { describe, expect, test } from 'vitest';
import { reportHtml } from '../../reports/html.js';
import { denseStorm } from '../browser/cases.js';
import { fixture, hostileEverywhere, names } from './fixtures.js';

const validator = new HtmlValidate({
  extends: ['html-validate:recommended'],
  rules: {
    // Preact writes `<meta/>`.
    'void-style': ['error', { style: 'selfclose' }],
    // In text and values a `>` may stand as it is.
    'no-raw-characters': 'off',
    // Contracts choose their title.
    'long-title': 'off',
    // Bytes are shown as they are.
    'no-trailing-whitespace': 'off',
  },
});

describe('report.html is valid', () => {
  test.each([
    ...names.map((name) => [name, fixture(name)] as const),
    ['hostile everywhere', hostileEverywhere()] as const,
    ['a storm of 64', denseStorm()] as const,
  ])('%s', async (_, results) => {
    const { results: files } = await validator.validateString(reportHtml(results));
    const messages = files.flatMap((file) => file.messages);
    expect(
      messages.slice(0, 20).map(({ ruleId, message, line, column }) => ({ ruleId, message, line, column })),
    ).toEqual([]);
  });
});
