/** What a few requests of `init` can show of an API, and which requirements that stands for. */

/** Besides the safety rules: what the requirements under a name promise was seen to hold once. */
const SHOWN = {
  conflict: ['CONFLICT-1', 'CONFLICT-5', 'CONFLICT-6', 'CONFLICT-11'],
  keyless: ['CREATE-1', 'STORM-10'],
  keyRequired: ['KEY-7'],
  keysApart: ['CREATE-3'],
  marker: ['REPLAY-12'],
  replay: ['REPLAY-2'],
  scope: ['SCOPE-1', 'SCOPE-2'],
} as const;

export type Shown = keyof typeof SHOWN;

/** Ids of the requirements that were seen to hold, in the order of `SHOWN`. */
export function shownByProbes(shown: readonly Shown[]): string[] {
  return (Object.keys(SHOWN) as Shown[]).filter((name) => shown.includes(name)).flatMap((name) => [...SHOWN[name]]);
}
