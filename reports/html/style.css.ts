/** The style sheet of the report. Its hash stands in the page's policy, so no other style can apply. */
import { base } from './style/base.js';
import { finding } from './style/finding.js';
import { lists } from './style/lists.js';
import { media } from './style/media.js';
import { timeline } from './style/timeline.js';
import { top } from './style/top.js';

export const style = [base, top, lists, finding, timeline, media].join('');
