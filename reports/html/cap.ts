/** Keeps the report small enough to open: long bodies, long storms and repeated findings are cut, and the page says so. */
import type {
  BatchRecord,
  CaseRecord,
  ExchangeRecord,
  FindingRecord,
  Results,
  SetUpRecord,
} from '../../results/results.js';
import { cut } from '../words.js';

export interface Cap {
  /** Characters of a body. */
  body: number;
  /** Characters of any other text. */
  text: number;
  exchanges: number;
  headers: number;
  findingsEach: number;
  /** Findings that keep their exchanges. */
  findings: number;
}

/** From generous to meagre: the first that fits is used. */
export const caps: readonly Cap[] = [
  { body: 16_384, text: 4096, exchanges: 120, headers: 60, findingsEach: 10, findings: 200 },
  { body: 4096, text: 2048, exchanges: 30, headers: 40, findingsEach: 5, findings: 100 },
  { body: 1024, text: 1024, exchanges: 16, headers: 30, findingsEach: 3, findings: 60 },
  { body: 1024, text: 1024, exchanges: 8, headers: 30, findingsEach: 2, findings: 60 },
  { body: 600, text: 600, exchanges: 5, headers: 20, findingsEach: 1, findings: 80 },
  { body: 400, text: 400, exchanges: 4, headers: 20, findingsEach: 1, findings: 40 },
  { body: 120, text: 160, exchanges: 4, headers: 10, findingsEach: 1, findings: 10 },
];

/** The results without what is over the cap, and how often something was left out. */
export function capped(results: Results, cap: Cap): { results: Results; cuts: string[] } {
  const cuts = new Cuts(cap);
  let left = cap.findings;
  const requirements = results.requirements.map((requirement) => {
    const kept = requirement.findings.slice(0, Math.max(0, Math.min(cap.findingsEach, left)));
    left -= kept.length;
    cuts.findings += requirement.findings.length - kept.length;
    return {
      ...cuts.texts(requirement, ['title', 'statement', 'reason']),
      sources: cuts.list(requirement.sources).map((source) => cuts.texts(source, ['name', 'url'])),
      findings: kept.map((one) => cuts.finding(one)),
    };
  });
  const observations = cuts.list(results.observations).map((observation) => ({
    ...cuts.texts(observation, ['subject']),
    seen: cuts.list(observation.seen).map((seen) => cuts.texts(seen, ['value'])),
  }));
  const notes = cuts.list(results.notes).map((note) => cuts.text(note));
  const targets = cuts.list(results.targets).map((target) => cuts.text(target));
  const baseline = cuts.list(results.baseline).map((known) => cuts.texts(known, ['reason']));
  const storms = cuts.list(results.storms, mostStorms);
  const whole = {
    ...cuts.texts(results, ['verdict', 'transport']),
    stop: results.stop && cuts.texts(results.stop, ['message']),
    requirements,
    observations,
    notes,
    targets,
    baseline,
    storms,
  };
  return { results: whole, cuts: cuts.inWords() };
}

const shortened = new WeakSet<object>();

/** Whether the cap has shortened the body of this request or answer. */
export function isShortened(part: object): boolean {
  return shortened.has(part);
}

/** Whether the texts alone are longer than `limit` characters; stops looking as soon as they are. */
export function exceeds(value: unknown, limit: number): boolean {
  let left = limit;
  const walk = (part: unknown): boolean => {
    left -= typeof part === 'string' ? part.length : 1;
    if (left < 0) return true;
    return typeof part === 'object' && part !== null && Object.values(part).some(walk);
  };
  return walk(value);
}

// A longer list of words is not read.
const longestList = 100;
const mostStorms = 2000;

class Cuts {
  findings = 0;
  #exchanges = 0;
  #texts = 0;
  #entries = 0;

  constructor(readonly cap: Cap) {}

  finding(finding: FindingRecord): FindingRecord {
    const short = this.texts(finding, ['summary', 'expected', 'observed']);
    const commands = { rerun: this.text(finding.commands.rerun) };
    const argument = this.list(finding.argument).map((sentence) => this.text(sentence));
    return {
      ...short,
      argument,
      commands,
      smallest: this.case(finding.smallest),
      original: this.case(finding.original),
    };
  }

  /** Keeps the proof before the rest, in the order of sending. */
  case(record: CaseRecord): CaseRecord {
    const proofFirst = [...record.exchanges].sort((a, b) => Number(b.proof) - Number(a.proof) || a.sentMs - b.sentMs);
    const kept = new Set(proofFirst.slice(0, this.cap.exchanges));
    this.#exchanges += record.exchanges.length - kept.size;
    return {
      plan: record.plan,
      attempts: record.attempts,
      steps: this.list(record.steps).map((step) => this.text(step)),
      ...(record.setUp === undefined ? {} : { setUp: this.list(record.setUp).map((one) => this.setUp(one)) }),
      exchanges: record.exchanges.filter((exchange) => kept.has(exchange)).map((exchange) => this.exchange(exchange)),
      effects: this.list(record.effects).map((effect) => ({
        id: this.text(effect.id),
        named: this.list(effect.named),
      })),
      deliveries: this.list(record.deliveries).map((one) => this.texts(one, ['event', 'type', 'resource'])),
    };
  }

  setUp(record: SetUpRecord): SetUpRecord {
    const { request, saved } = record;
    const headers = request.headers.map(([name, value]): [string, string] => [this.text(name), this.text(value)]);
    return {
      ...this.texts(record, ['step']),
      request: { ...request, url: this.text(request.url), headers, body: this.text(request.body, this.cap.body) },
      saved: this.list(saved).map((one) => this.texts(one, ['name', 'value'])),
    };
  }

  exchange(exchange: ExchangeRecord): ExchangeRecord {
    const { request, answer, batch } = exchange;
    if ((request.base64?.length ?? 0) > this.cap.body) this.#texts += 1;
    const pair = ([name, value]: [string, string]): [string, string] => [this.text(name), this.text(value)];
    const kept = {
      ...this.texts(exchange, ['expected', 'outcome']),
      key: exchange.key === null ? null : this.text(exchange.key, this.cap.body),
      silence: exchange.silence === null ? null : this.text(exchange.silence),
      request: {
        method: this.text(request.method),
        url: this.text(request.url),
        headers: this.list(request.headers, this.cap.headers).map(pair),
        body: this.text(request.body, this.cap.body),
        // Its first bytes are shown; half a group of four letters would change the last of them.
        base64: request.base64 === null ? null : request.base64.slice(0, this.cap.body - (this.cap.body % 4)),
      },
      answer: answer && {
        ...answer,
        headers: Object.fromEntries(this.list(Object.entries(answer.headers), this.cap.headers).map(pair)),
        body: this.text(answer.body, this.cap.body),
      },
      ...(batch === undefined ? {} : { batch: this.batch(batch) }),
    };
    if (request.body.length > this.cap.body) shortened.add(kept.request);
    if (answer !== null && kept.answer !== null && answer.body.length > this.cap.body) shortened.add(kept.answer);
    return kept;
  }

  batch(batch: BatchRecord): BatchRecord {
    const { request, answer } = batch;
    const longest = this.cap.body;
    return {
      ...batch,
      request: this.text(request, longest),
      answer: answer && {
        ...answer,
        body: this.text(answer.body, longest),
        truncated: answer.truncated || answer.body.length > longest,
      },
    };
  }

  texts<T extends object, M extends keyof T>(record: T, members: readonly M[]): T {
    const copy = { ...record };
    for (const member of members) {
      if (record[member] !== null) copy[member] = this.text(String(record[member])) as T[M];
    }
    return copy;
  }

  text(text: string, limit = this.cap.text): string {
    if (text.length > limit) this.#texts += 1;
    return cut(text, limit);
  }

  list<T>(list: readonly T[], limit = longestList): T[] {
    this.#entries += Math.max(0, list.length - limit);
    return list.slice(0, limit);
  }

  inWords(): string[] {
    const parts: [number, string][] = [
      [this.findings, 'further findings'],
      [this.#exchanges, 'exchanges'],
      [this.#texts, 'long texts (shortened where they stand)'],
      [this.#entries, 'entries of long lists'],
    ];
    return parts.filter(([n]) => n > 0).map(([n, what]) => `${n} ${what}`);
  }
}
