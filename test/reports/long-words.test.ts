import { expect, test } from 'vitest';
import { reportHtml } from '../../reports/html.js';
import { firstFinding, fixture } from './fixtures.js';

test('the HTML report is made whatever the length and the number of keys and ids', () => {
  const results = fixture('failing');
  const { finding } = firstFinding(results);
  const [exchange] = finding.smallest.exchanges;
  if (exchange === undefined) throw new Error('the fixture has no exchange');
  Object.assign(exchange, { key: 'k('.repeat(100_000), resource: 'r'.repeat(200_000) });
  for (let n = 0; n < 2_000; n += 1) finding.smallest.exchanges.push({ ...exchange, key: `key-number-${n}` });
  expect(reportHtml(results)).toContain('</html>');
});
