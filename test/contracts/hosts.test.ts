import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hostOf, hostPattern, isAmong } from '../../contracts/hosts.js';

const label = fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/);
const host = fc.array(label, { minLength: 2, maxLength: 4 }).map((labels) => labels.join('.'));

/** The same host in other letters, with a dot at its end, a port, user info, as a URL. */
const spelled = (name: string) =>
  fc
    .record({
      letters: fc.array(fc.boolean(), { minLength: name.length, maxLength: name.length }),
      dot: fc.constantFrom('', '.'),
      port: fc.constantFrom('', ':80', ':443', ':8443'),
      user: fc.constantFrom('', 'user@', 'user:secret@'),
      scheme: fc.constantFrom('', 'http://', 'HTTPS://'),
      path: fc.constantFrom('', '/', '/v1'),
    })
    .map(({ letters, dot, port, user, scheme, path }) => {
      const cased = [...name].map((one, n) => (letters[n] ? one.toUpperCase() : one)).join('');
      return { scheme, rest: `${user}${cased}${dot}${port}${path}` };
    });

test('a host is found however target and entry are spelled, and no other host is', () => {
  const input = host.chain((name) => fc.tuple(fc.constant(name), spelled(name), spelled(name), label));
  fc.assert(
    fc.property(input, ([name, target, entry, other]) => {
      const url = `${target.scheme || 'http://'}${target.rest}`;
      const written = entry.scheme + entry.rest;
      expect(isAmong(url, [written])).toBe(true);
      expect(isAmong(`http://${other}.${name}`, [written])).toBe(false);
      expect(isAmong(`http://${other}-${name}`, [`*.${name}`])).toBe(false);
      expect(isAmong(`http://${other}.${other}.${url.split('//')[1]?.split('@').at(-1)}`, [`*.${entry.rest}`])).toBe(
        true,
      );
    }),
    { numRuns: 300 },
  );
});

test.each([
  ['http://bücher.example', ['xn--bcher-kva.example']],
  ['http://xn--bcher-kva.example', ['BÜCHER.example']],
  ['http://api.example。com', ['api.example.com']],
  ['http://example.com', ['*.example.com']],
  ['http://a.b.example.com', ['.example.com']],
  ['http://0x7f000001:8080', ['127.0.0.1']],
  ['http://[::ffff:127.0.0.1]', ['127.0.0.1']],
  ['http://[0:0:0:0:0:0:0:1]', ['::1']],
  ['http://[::1]:8080', ['[::1]:90']],
])('%s is among %j', (url, entries) => {
  expect(isAmong(url, entries)).toBe(true);
});

test('what names no host', () => {
  for (const entry of ['', ' ', '*', '*.', 'a b', 'a.*.com', 'http://', 'ex ample.com', '[::'])
    expect(hostPattern(entry), entry).toBeNull();
  expect(hostOf('nothing')).toBeNull();
});
