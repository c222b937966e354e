/** Which origins go through the proxy, by NO_PROXY. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { proxyFor } from '../../client/proxy.js';

const proxy = 'http://proxy.invalid:3128';
const through = (origin: string, noProxy?: string) => proxyFor(origin, { proxy, noProxy }) !== undefined;

test.each([
  ['api.example.com', false],
  ['EXAMPLE.com', false],
  ['.example.com', false],
  ['*.example.com', false],
  ['other.com,  example.com', false],
  ['other.com example.com:443', false],
  ['*', false],
  ['', true],
  ['ample.com', true],
  ['example.com:8443', true],
  ['www.api.example.com', true],
  ['127.0.0.1', true],
])('https://api.example.com with NO_PROXY=%s', (noProxy, expected) => {
  expect(through('https://api.example.com', noProxy)).toBe(expected);
  expect(through('https://API.example.com.', noProxy)).toBe(expected);
});

test('addresses, with ports and without', () => {
  expect(through('https://10.1.2.3:8443', '10.1.2.3')).toBe(false);
  expect(through('https://10.1.2.3:8443', '10.1.2.3:443')).toBe(true);
  expect(through('https://[fd00::1]:8443', 'fd00::1')).toBe(false);
  expect(through('https://[fd00::1]:8443', '[fd00::1]:8443')).toBe(false);
  expect(through('https://[fd00::1]:8443', '[fd00::1]:443')).toBe(true);
});

test('never http and loopback, and without a proxy nothing', () => {
  for (const origin of ['http://api.example.com', 'https://localhost', 'https://127.1:8443', 'https://[::1]'])
    expect(through(origin)).toBe(false);
  expect(proxyFor('https://api.example.com', {})).toBeUndefined();
});

test('a name covers itself and all below it, whatever else is listed', () => {
  const label = fc.stringMatching(/^[a-z][a-z0-9]{0,5}$/);
  const name = fc.array(label, { minLength: 2, maxLength: 4 }).map((labels) => labels.join('.'));
  fc.assert(
    fc.property(name, fc.array(label, { maxLength: 2 }), fc.array(name), (listed, below, others) => {
      const host = [...below, listed].join('.');
      expect(through(`https://${host}`, [...others, listed].join(','))).toBe(false);
      expect(through(`https://x${host}`, listed)).toBe(below.length === 0);
    }),
  );
});
