/** Smaller plans than a given one, the boldest first. */
import { PADDING, repadded } from '../contracts/padding.js';
import { SETTLED_MS } from '../generators/plans.js';
import { type Attempt, attemptsOf, type Plan, type Step, writeOf } from '../history/plan.js';

/** A plan with only the attempts numbered in `kept`, and the steps between them. */
export function keepAttempts(plan: Plan, kept: Set<number>): Plan {
  const numbers = new Map([...kept].sort((a, b) => a - b).map((old, index) => [old, index]));
  let number = 0;
  const steps = plan.steps.flatMap((step): Step[] => {
    if (step.do === 'wait') return [step];
    if (step.do !== 'storm') return numbers.has(step.of) ? [{ ...step, of: numbers.get(step.of) as number }] : [];
    const attempts = step.attempts.flatMap((attempt): Attempt[] => {
      const old = number;
      number += 1;
      if (!kept.has(old)) return [];
      if (attempt.operation !== 'get' && attempt.operation !== 'cancel') return [attempt];
      const of = numbers.get(attempt.of);
      return of === undefined ? [] : [{ ...attempt, of }];
    });
    return attempts.length === 0 ? [] : [{ ...step, attempts }];
  });
  return tidy({ ...plan, steps });
}

/**
 * Plans that leave out or shorten one thing each: the padding of bodies, which makes every further try cheap, an attempt, a
 * wait, a repetition, what is not the body, members of bodies that are not `required`.
 */
export function* smaller(plan: Plan, required: Set<string>): Generator<Plan> {
  const attempts = attemptsOf(plan);
  const all = [...attempts.keys()];
  yield* lessPadding(plan, [0]);
  if (attempts.length > 3) {
    yield keepAttempts(plan, new Set(all.slice(0, 2)));
    for (const dropped of chunks(all, Math.ceil(attempts.length / 2))) yield without(plan, dropped);
    yield foldRepeats(plan);
  }
  if (plan.steps.filter((step) => step.do === 'wait').length > 1) {
    yield { ...plan, steps: plan.steps.filter((step) => step.do !== 'wait') };
  }
  // The proof may be one of several, and not the one that fails again: halves, quarters and so on find that.
  for (
    let size = Math.ceil(attempts.length / 4);
    size >= 1 && attempts.length > 1;
    size = size > 1 ? Math.ceil(size / 2) : 0
  )
    for (const dropped of chunks(all, size)) yield without(plan, dropped);
  for (const [index, step] of plan.steps.entries()) {
    if (step.do === 'wait') {
      yield tidy({ ...plan, steps: plan.steps.filter((_, n) => n !== index) });
      if (step.ms > SETTLED_MS) yield replaceStep(plan, index, { ...step, ms: SETTLED_MS });
    }
    if (step.do === 'storm' && (step.times ?? 1) > 1) {
      const { times = 1, ...once } = step;
      yield replaceStep(plan, index, once);
      for (const fewer of [2, Math.ceil(times / 2), times - 1])
        if (fewer > 1 && fewer < times) yield replaceStep(plan, index, { ...step, times: fewer });
    }
  }
  if (attempts.some((one) => one.framing !== undefined)) yield mapAttempts(plan, ({ framing: _, ...rest }) => rest);
  yield* lessPadding(plan, [1 / 2, 3 / 4]);
  yield* fewerMembers(plan, required);
}

/** Numbers in groups of a size, the last ones first. */
function chunks(all: number[], size: number): Set<number>[] {
  const groups: Set<number>[] = [];
  for (let end = all.length; end > 0; end -= size) groups.push(new Set(all.slice(Math.max(0, end - size), end)));
  return groups;
}

function without(plan: Plan, dropped: Set<number>): Plan {
  return keepAttempts(plan, new Set([...attemptsOf(plan).keys()].filter((n) => !dropped.has(n))));
}

/** Leaves a share of the padding in all bodies of the plan at once, so that equal bodies stay equal. */
function* lessPadding(plan: Plan, shares: number[]): Generator<Plan> {
  const text = JSON.stringify(plan);
  if (text.search(PADDING) < 0) return;
  for (const share of shares) yield JSON.parse(repadded(text, (length) => Math.floor(share * length))) as Plan;
}

/** Leaves members out of all bodies of the plan at once, so that equal bodies stay equal. */
function* fewerMembers(plan: Plan, required: Set<string>): Generator<Plan> {
  const bodies = attemptsOf(plan).flatMap((one) => {
    const body = writeOf(one)?.body;
    return body === undefined || body.text !== undefined ? [] : [body];
  });
  const names = [...new Set(bodies.flatMap(({ value }) => Object.keys(value)))];
  const edited = new Set(
    bodies.flatMap(({ edit, rewrite }) => [edit, rewrite].map((one) => one?.pointer.split('/')[1])),
  );
  const free = names.filter((name) => !edited.has(name) && !required.has(name));
  const withoutMembers = (dropped: string[]) =>
    mapAttempts(plan, (attempt) => {
      if (attempt.operation !== 'create' || attempt.body.text !== undefined) return attempt;
      const kept = Object.entries(attempt.body.value).filter(([name]) => !dropped.includes(name));
      return { ...attempt, body: { ...attempt.body, value: Object.fromEntries(kept) } };
    });
  if (free.length > 1) yield withoutMembers(free);
  for (const name of free) yield withoutMembers([name]);
}

function mapAttempts(plan: Plan, change: (attempt: Attempt) => Attempt): Plan {
  const steps = plan.steps.map((step) =>
    step.do === 'storm' ? { ...step, attempts: step.attempts.map(change) } : step,
  );
  return { ...plan, steps };
}

function replaceStep(plan: Plan, index: number, step: Step): Plan {
  return { ...plan, steps: plan.steps.map((old, n) => (n === index ? step : old)) };
}

/** Equal requests in a row stand once, with the number of times. */
function foldRepeats(plan: Plan): Plan {
  const kept = new Set<number>();
  const times: number[] = [];
  let number = 0;
  let last = '';
  for (const step of plan.steps) {
    if (step.do !== 'storm') {
      last = '';
      continue;
    }
    const text = step.attempts.length === 1 ? JSON.stringify(step.attempts) : '';
    if (text !== '' && text === last) times[times.length - 1] = (times.at(-1) ?? 0) + (step.times ?? 1);
    else {
      times.push(step.times ?? 1);
      for (let n = 0; n < step.attempts.length; n += 1) kept.add(number + n);
    }
    number += step.attempts.length;
    last = text;
  }
  const folded = keepAttempts(plan, kept);
  const steps = folded.steps.map((step): Step => {
    if (step.do !== 'storm') return step;
    const count = times.shift() ?? 1;
    return count > 1 ? { ...step, times: count } : step;
  });
  return { ...folded, steps };
}

/** Nothing waits before the first storm, and after the last one only for deliveries. */
function tidy(plan: Plan): Plan {
  const first = plan.steps.findIndex((step) => step.do === 'storm');
  const last = plan.steps.findLastIndex((step) => step.do === 'storm' || step.do === 'delivery');
  return { ...plan, steps: plan.steps.slice(Math.max(first, 0), last + 1) };
}
