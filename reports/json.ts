/**
 * `results.json`: the results as they are, with the schema they satisfy published beside this file. What a terminal or an
 * editor would obey is spelled out, by escapes that mean the same.
 */
import type { Results } from '../results/results.js';
import { escaped } from './visible.js';

export function resultsJson(results: Results): string {
  return `${escaped(JSON.stringify(results, null, 2))}\n`;
}

/** JSON that can stand inside a `<script>` element: no `<`, and no line breaks that old parsers trip over. */
export function inertJson(results: Results): string {
  return JSON.stringify(results).replace(
    /[<\u2028\u2029]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
