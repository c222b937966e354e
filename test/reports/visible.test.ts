import { expect, test } from 'vitest';
import { visible, visibleLine } from '../../reports/visible.js';

test('spells out what cannot be seen and leaves the rest alone', () => {
  expect(visible('é 😀 ok\ttab\nline')).toBe('é 😀 ok\ttab\nline');
  expect(visible('\u0000\u001b[31m\u009f\r')).toBe('\\u0000\\u001b[31m\\u009f\\r');
  expect(visible('a\u2028b\u202ec\u200bd\ufeffe')).toBe('a\\u2028b\\u202ec\\u200bd\\ufeffe');
  expect(visible('\ud800 and \udc00, but 😀')).toBe('\\ud800 and \\udc00, but 😀');
});

test('padding is shown by its length', () => {
  expect(visible('a \uE000pad:64000\uE001 b')).toBe('a [x, 64000 times] b');
});

test('keeps one line', () => {
  expect(visibleLine('a\n\tb')).toBe('a\\n\\tb');
});
