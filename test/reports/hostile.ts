/** Strings by which a target, or somebody who made a file, could want to act on its reader. */
import fc from 'fast-check';
import type { Results } from '../../results/results.js';
import { fixture } from './fixtures.js';

const fragments = [
  ...['::error::', '::add-mask::', '##[group]', '\n::stop-commands::x\n', '%0A::error::', '\r', '\n', '\r\n', '\t'],
  ...['\u001b[31m', '\u001b]8;;http://x.invalid\u0007', '\u009b2J', '\u202e', '\u2066', '\u061c', '\u00ad', '\u2028'],
  ...['\u{e0041}', '\ud800', '\u0000', '\u0008', '\u007f'],
  ...[
    '</script>',
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(2)>',
    '<!--',
    '-->',
    ']]>',
    '<![CDATA[',
    '&lt;',
  ],
  ...['![i](http://x.invalid)', '[l](javascript:1)', '|', '`', '```', '**', '__', '# h', '- [ ] ', '> ', '1. ', '@all'],
  ...['https://x.invalid', 'www.x.invalid', '<http://x.invalid>', '\\', '{0}', '{{', '"', "'", '"><b a="', '$MASK'],
  ...[
    "'; touch pwned; '",
    '$(touch pwned)',
    '`touch pwned`',
    '"; touch pwned; "',
    '}; touch pwned; :{',
    '; touch pwned #',
  ],
];

export const hostile: fc.Arbitrary<string> = fc
  .array(fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...fragments) }, fc.string({ maxLength: 4 })), {
    minLength: 1,
    maxLength: 6,
  })
  .map((parts) => `x${parts.join('')}`);

/** Members whose values the schema lists, or gives a form. */
const FORMED = new Set([
  ...['schema', 'kind', 'level', 'status', 'state', 'operation', 'until', 'startedAt', 'base64'],
  ...['fingerprint', 'rule', 'code', 'promise', 'credential', 'do'],
]);

const ID = /^[A-Z][A-Z0-9]*(-\d+)?$/;

/** Results that are valid and hostile in every string; a few strings of each kind of place, drawn anew. */
export const hostileResults: fc.Arbitrary<Results> = fc
  .record({ strings: fc.array(hostile, { minLength: 12, maxLength: 12 }), base64: hostile })
  .map(({ strings, base64 }) => {
    let n = 0;
    const next = () => {
      n += 1;
      return strings[n % strings.length] as string;
    };
    const changed = (value: unknown, name: string): unknown => {
      if (typeof value === 'string') return FORMED.has(name) || ID.test(value) ? value : next();
      if (Array.isArray(value)) return value.map((one) => changed(one, name));
      if (typeof value !== 'object' || value === null) return name === 'base64' ? base64 : value;
      return Object.fromEntries(
        Object.entries(value).map(([inner, one]) => [
          name === 'headers' ? `${inner}${next()}` : inner,
          inner === 'latencies' ? one : changed(one, inner),
        ]),
      );
    };
    return changed(fixture('hostile'), '') as Results;
  });

/** What no reader sees, and what would change what is seen around it. */
export const UNSEEN = /[^\P{Cc}\n\t]|[\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;
