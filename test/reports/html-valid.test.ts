import { HtmlValidate } from 'html-validate';
import { describe, expect, test } from 'vitest';
import { reportHtml } from '../../reports/html.js';
import { denseStorm } from '../browser/cases.js';
import { failing, hostile, passing, undecided } from './samples.js';

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
  test.each(Object.entries({ passing, failing, undecided, hostile, 'a storm of 64': denseStorm() }))(
    '%s',
    async (_, results) => {
      const { results: files } = await validator.validateString(reportHtml(results));
      const messages = files.flatMap((file) => file.messages);
      expect(
        messages.slice(0, 20).map(({ ruleId, message, line, column }) => ({ ruleId, message, line, column })),
      ).toEqual([]);
    },
  );
});
