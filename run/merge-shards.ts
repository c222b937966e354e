/** Several shards of one run as one result, judged together. */
import { blankKeysOfShards } from '../judge/across-plans.js';
import { sentencesOfShards } from '../judge/sentences/index.js';
import { merge } from '../results/merge.js';
import type { Results } from '../results/results.js';

/** Throws `MergeError` where they do not belong together. */
export function mergeShards(shards: Results[]): Results {
  return merge(shards, (observations) => {
    const finding = blankKeysOfShards(observations);
    if (finding === null) return [];
    const { illegal: _, ...words } = sentencesOfShards(finding);
    return [
      {
        id: finding.id,
        rule: finding.rule,
        data: { key: finding.data.key ?? null, seen: finding.data.seen ?? [] },
        ...words,
      },
    ];
  });
}
