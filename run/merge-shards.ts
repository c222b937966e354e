/** Several shards of one run as one result, judged together. */
import { blankKeysOfShards } from '../judge/across-plans.js';
import { sentencesOfShards } from '../judge/sentences/index.js';
import { merge } from '../results/merge.js';
import type { Results } from '../results/results.js';

/** Throws `MergeError` where they do not belong together. */
export function mergeShards(shards: Results[]): Results {
  return merge(shards, (observations, { operations }) =>
    operations.flatMap(({ name: operation }) => {
      const finding = blankKeysOfShards(observations.filter((one) => one.operation === operation));
      if (finding === null) return [];
      const { illegal: _, ...words } = sentencesOfShards(finding);
      const { id, rule, data } = finding;
      return [{ operation, id, rule, data: { key: data.key ?? null, seen: data.seen ?? [] }, ...words }];
    }),
  );
}
