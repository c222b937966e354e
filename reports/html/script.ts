/**
 * The script of the report. It is text, so that a reader's browser gets the same bytes whether the suite runs from its
 * sources or compiled; a test checks its types. Everything it adds is a convenience: the page is whole without it.
 */
import { copy } from './script/copy.js';
import { filter } from './script/filter.js';
import { places } from './script/places.js';
import { results } from './script/results.js';
import { timeline } from './script/timeline.js';

export const script = `(() => {
'use strict';
${[results, filter, places, copy, timeline].map((part) => part.trim()).join('\n\n')}

choose(chosen, false);
follow();
})();
`;
