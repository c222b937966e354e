/** What `judge` says of a violation. */

import type { Rule, Violation } from '../judge/observed.js';
import { type Recorded, scopeAndKey } from '../judge/recorded.js';
import { REQUIRED_BY } from '../judge/sentences/rules.js';
import { visibleLine } from '../reports/visible.js';

/** Of a MUST, of a SHOULD, or nothing yet: a line that could not be read may explain it. */
export type Weight = 'violation' | 'warning' | 'doubtful';

/** A violation with all that is said of it. */
export interface Told {
  /** Absent where it is not known. */
  operation?: string;
  rule: Rule;
  /** `null` for a request without a key. */
  scope: string | null;
  key: string | null;
  sentence: string;
  /** What the rule requires. */
  requirement: string;
  weight: Weight;
  exchanges: Witness[];
}

interface Witness {
  file: string;
  line: number;
  sent: number;
  done: number | null;
  status: number | null;
  kind: string;
  id: string | null;
}

const MARKS: Record<Weight, string> = { violation: '✗', warning: '!', doubtful: '?' };

/** Rules whose proof no further exchange can take back, where keys are never forgotten. */
const FIRM: ReadonlySet<Rule> = new Set(['two-ids', 'shared-id', 'two-values']);

/** What the words depend on besides the violation. */
export interface Setting {
  at(ref: number): { file: string; line: number };
  /** Whether every line could be read. */
  complete: boolean;
  retentionMs: number;
  skewMs: number;
  operation: string | null;
}

export function toldOf({ rule, register }: Violation, witnesses: Recorded[], setting: Setting): Told {
  const { skewMs, operation } = setting;
  const { scope = null, key = null } = scopeAndKey(register) ?? {};
  return {
    ...(operation === null ? {} : { operation }),
    rule,
    scope,
    key,
    sentence: sentence(rule, witnesses),
    requirement: REQUIRED_BY[rule],
    weight: weightOf(rule, setting),
    exchanges: witnesses.map((x) => ({
      ...setting.at(x.ref),
      sent: rounded(x.sent + skewMs),
      done: Number.isFinite(x.done) ? rounded(x.done - skewMs) : null,
      status: x.status,
      kind: x.kind,
      id: x.id,
    })),
  };
}

function weightOf(rule: Rule, { complete, retentionMs }: Setting): Weight {
  const firm = FIRM.has(rule) && (rule !== 'two-ids' || retentionMs === Number.POSITIVE_INFINITY);
  if (!complete && !firm) return 'doubtful';
  return rule === 'refused-request-bound' ? 'warning' : 'violation';
}

/** The paragraph for people. */
export function paragraph({ operation, sentence, requirement, weight, exchanges }: Told): string {
  const places = exchanges.map(({ file, line }) => visibleLine(`${file}:${line}`));
  const width = Math.max(...places.map((place) => place.length));
  const lines = exchanges.map((x, n) => `    ${(places[n] as string).padEnd(width)}  ${answer(x)}, ${times(x)}\n`);
  const doubt = weight === 'doubtful' ? '    Not proven: a line that could not be read may explain it.\n' : '';
  const named = operation === undefined ? '' : `${visibleLine(operation)}: `;
  return `${MARKS[weight]} ${named}${sentence}\n${lines.join('')}    Required: ${requirement}\n${doubt}`;
}

function sentence(rule: Rule, witnesses: Recorded[]): string {
  const [a, b] = witnesses as [Recorded, Recorded];
  const under = whose(a);
  switch (rule) {
    case 'two-ids': {
      const bodies = a.value === b.value ? 'the same body' : 'two bodies';
      return `${under} made two resources: ${bodies} got ${id(a)} and ${id(b)}.`;
    }
    case 'shared-id':
      return `${under} and ${lower(whose(b))} got one resource: both were answered with ${id(a)}.`;
    case 'two-values':
      return `${under} was sent with two bodies, and both were answered with ${id(a)}.`;
    case 'conflict-for-winner':
      return `${under} refused the body that holds it: the same ${a.bytes === b.bytes ? 'bytes' : 'value in other bytes'} got a success and a conflict.`;
    case 'conflict-without-competitor':
      return `${under} was refused as a conflict, and no other body that can have held it was sent before that answer.`;
    case 'repeat-refused-without-first':
      return `${under} was refused as a repeat, and nothing that can have used it was sent before that answer.`;
    case 'refused-request-bound':
      return `${under} was bound by a request that was refused: a corrected one got a conflict.`;
    case 'in-flight-without-competitor':
      return `${under} was refused as in flight while nothing else under it can have been running.`;
  }
}

function whose({ register }: Recorded): string {
  const named = scopeAndKey(register);
  return named === null
    ? 'A request without a key'
    : visibleLine(`The key ${JSON.stringify(named.key)} of ${JSON.stringify(named.scope)}`);
}

function lower(text: string): string {
  return `${text.slice(0, 1).toLowerCase()}${text.slice(1)}`;
}

function id(x: Recorded): string {
  return visibleLine(String(x.id));
}

function answer({ kind, status, id }: Witness): string {
  const words = {
    ok: `success with ${id}`,
    conflict: 'conflict',
    refused: 'refused repeat',
    none: 'refused',
    inflight: 'in flight',
  }[kind as string];
  return visibleLine([status === null ? 'no status' : status, words ?? 'unknown outcome'].join(' '));
}

function times({ sent, done }: Witness): string {
  return done === null ? `sent ${sent}, never answered` : `sent ${sent}, answered ${done}`;
}

/** To the microsecond: what adding and taking away the skew leaves is noise. */
function rounded(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
