/** Set-up steps: requests that make what a write needs. What they say, what they send, and what is wrong with them. */
import type { Contract, JsonObject } from './contract.js';
import type { Problem } from './document.js';
import { encodingOf } from './encodings.js';
import type { Json } from './json.js';
import { isObject } from './json.js';
import { filledPath, namesIn, withPaths } from './paths.js';
import { formatPointer } from './pointer.js';
import { exactJson, isTemplate, type Saved, savedNames, UNIQUE, withSaved } from './saved.js';
import { HEADER_VALUE, headerNameProblem } from './sendable.js';

export type SetUpStep = Contract['setup'][number];

/** What a step sends. */
export interface SetUpRequest {
  method: string;
  /** After the contract's basePath. */
  path: string;
  headers: [string, string][];
  /** `null` where there is no body. */
  contentType: string | null;
  body: string | null;
}

/** How often a step is made, from the widest. */
const EACH: SetUpStep['each'][] = ['run', 'plan', 'operation'];

/** What people read: 'order', or 'POST /orders'. */
export function stepName({ name, method, path }: SetUpStep): string {
  return name ?? `${method} ${path}`;
}

/** How the body of a step travels. */
export function bodyTypeOf({ bodyType }: SetUpStep, { create }: Contract): 'json' | 'form' {
  return bodyType ?? (create.body === 'form' ? 'form' : 'json');
}

/** The media type of a step's body; `null` where it has none. */
export function stepContentType(step: SetUpStep, contract: Contract): string | null {
  return step.body === null ? null : encodingOf({ create: { body: bodyTypeOf(step, contract) } }).mediaType;
}

/**
 * A step as it goes over the wire.
 * @param values those of earlier steps
 * @param unique a UUID that no other request has
 */
export function stepRequest(step: SetUpStep, contract: Contract, values: Saved, unique: string): SetUpRequest {
  const all = { ...values, [UNIQUE]: unique };
  const headers = Object.entries(step.headers).map(([name, text]): [string, string] => [
    name,
    String(withSaved(text, all)),
  ]);
  return {
    method: step.method,
    path: filledPath(step.path, texts(values)),
    headers,
    contentType: stepContentType(step, contract),
    body: step.body === null ? null : bodyText(step.body, all, bodyTypeOf(step, contract), contract.create),
  };
}

function bodyText(body: JsonObject, values: Saved, type: 'json' | 'form', create: Contract['create']): string {
  if (type === 'json') return jsonText(body, values);
  return encodingOf({ create: { body: type } }).write(Object.entries(filledIn(body, values) as object), create);
}

/** JSON with the values in its strings; one that was a number stays one, with all its digits. */
function jsonText(value: Json, values: Saved): string {
  if (Array.isArray(value)) return `[${value.map((one) => jsonText(one, values)).join(',')}]`;
  if (isObject(value)) {
    const members = Object.entries(value).map(([name, inner]) => `${JSON.stringify(name)}:${jsonText(inner, values)}`);
    return `{${members.join(',')}}`;
  }
  return exactJson(typeof value === 'string' ? withSaved(value, values) : value);
}

/** The same as a value: every value in a form is a string. */
function filledIn(value: Json, values: Saved): Json {
  if (Array.isArray(value)) return value.map((one) => filledIn(one, values));
  if (isObject(value))
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, filledIn(inner, values)]));
  return typeof value === 'string' ? String(withSaved(value, values)) : value;
}

/** Values as they stand in paths. */
export function texts(values: Saved): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]));
}

/** The contract with saved values in its paths; names without a value stay. */
export function withSavedPaths(contract: Contract, values: Saved): Contract {
  return withPaths(contract, texts(values));
}

/** The step that saves each name. */
export function savers({ setup }: Pick<Contract, 'setup'>): Map<string, SetUpStep> {
  return new Map(setup.flatMap((step) => Object.keys(step.save).map((name) => [name, step] as const)));
}

/** Names of the values that a step sends. */
export function namesOfStep({ path, headers, body }: SetUpStep): string[] {
  const inBody = body === null ? [] : stringsIn(body).map(({ text }) => text);
  const inTexts = [...Object.values(headers), ...inBody].flatMap(savedNames).filter((name) => name !== UNIQUE);
  return [...namesIn(path), ...inTexts];
}

/** Names that a write uses: in its path, and in what goes with it. */
export function namesOfWrite({ create, companions }: Contract): string[] {
  const inCompanions = companions.flatMap(({ value }) => savedNames(value));
  return [...namesIn(create.path).filter((name) => name !== 'key'), ...inCompanions];
}

function stringsIn(value: Json, path: string[] = []): { text: string; path: string[] }[] {
  if (typeof value === 'string') return [{ text: value, path }];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => stringsIn(inner, [...path, name]));
}

/** What is wrong with steps, and with companions that hold saved values. Expects parameters filled in. */
export function setUpProblems(contract: Contract): Problem[] {
  const { setup, companions, key } = contract;
  const known = savers(contract);
  const problems = [...setup.flatMap((step, n) => stepProblems(step, n, contract)), ...unfilled(contract)];
  for (const [n, { value, repeats }] of companions.entries()) {
    if (!isTemplate(value)) continue;
    const missing = savedNames(value).find((name) => !known.has(name));
    if (missing !== undefined) problems.push({ member: `/companions/${n}/value`, text: unsaved(missing) });
    if (repeats === 'fresh') {
      const text = 'must be equal for a saved value, which is the same in all requests of one key; leave it out';
      problems.push({ member: `/companions/${n}/repeats`, text });
    }
  }
  const isApart = namesOfWrite(contract).some((name) => known.get(name)?.each === 'operation');
  if (key.keyless === 'joined' && isApart) {
    const text =
      'cannot be joined: each write without a key acts on what setup makes for it alone; write separate, or null';
    problems.push({ member: '/key/keyless', text });
  }
  return problems;
}

/** Saved names where no value is filled in: they would be sent as they stand. */
function unfilled(contract: Contract): Problem[] {
  const { headers, create, cancel, effects, otherEndpoints } = contract;
  const known = savers(contract);
  const ofWrite = 'leave it out, and say it in companions, which go with the write';
  const fixed = 'write a value that is always the same';
  const places: [path: (string | number)[], value: Json | undefined, instead: string][] = [
    [['headers'], headers, ofWrite],
    [['create', 'example'], create.example, 'write an example here, and say the name in companions: [{ in: body, … }]'],
    [['cancel', 'body'], cancel?.body, fixed],
    [['effects', 'list', 'query'], effects.list?.query, fixed],
    [['effects', 'counter', 'query'], effects.counter?.query, fixed],
    ...otherEndpoints.map(({ bodies }, n): [(string | number)[], Json, string] => [
      ['otherEndpoints', n, 'bodies'],
      bodies,
      fixed,
    ]),
  ];
  return places.flatMap(([where, value, instead]) =>
    stringsIn(value ?? null).flatMap(({ text, path }) =>
      savedNames(text)
        .filter((name) => known.has(name))
        .map((name) => ({
          member: formatPointer([...where, ...path]),
          text: `has {${name}}, for which no saved value is filled in here; ${instead}`,
        })),
    ),
  );
}

/** That a name has no value, for the end of a sentence. */
export function unsaved(name: string): string {
  if (name === UNIQUE)
    return `has {${UNIQUE}}, which stands for a UUID only in headers and bodies of set-up steps; take it out`;
  return `has {${name}}, which has no value; save it in a step: setup: [{ path: …, save: { ${name}: /id } }]`;
}

function stepProblems(step: SetUpStep, n: number, { setup, create }: Contract): Problem[] {
  const member = formatPointer(['setup', n]);
  const earlier = savers({ setup: setup.slice(0, n) });
  const problems: Problem[] = [];
  const check = (where: string, names: string[], from: Map<string, SetUpStep>) => {
    for (const name of new Set(names)) {
      const saver = from.get(name);
      if (saver === undefined) {
        const later = savers({ setup }).has(name);
        const hint = later ? 'a step uses what earlier ones save, so put that step before this one' : null;
        problems.push({
          member: where,
          text: hint === null ? unsaved(name) : `has {${name}}, which is saved later; ${hint}`,
        });
      } else if (EACH.indexOf(saver.each) > EACH.indexOf(step.each)) {
        const text = `must be ${saver.each}, as that of the step that saves {${name}}: it cannot be made less often`;
        problems.push({ member: `${member}/each`, text });
      }
    }
  };
  check(`${member}/path`, namesIn(step.path), earlier);
  for (const [name, text] of Object.entries(step.headers)) {
    const where = member + formatPointer(['headers', name]);
    const problem = headerNameProblem(name);
    if (problem !== null) problems.push({ member: where, text: `${problem}; leave it out` });
    else if (!HEADER_VALUE.test(text))
      problems.push({ member: where, text: 'holds characters that no header may carry; take them out' });
    check(
      where,
      savedNames(text).filter((one) => one !== UNIQUE),
      earlier,
    );
  }
  for (const { text, path } of step.body === null ? [] : stringsIn(step.body)) {
    const names = savedNames(text).filter((one) => one !== UNIQUE);
    check(member + formatPointer(['body', ...path]), names, earlier);
  }
  if (step.body === null && step.bodyType !== null)
    problems.push({ member: `${member}/bodyType`, text: 'is of no use without a body; leave it out' });
  for (const name of Object.keys(step.save)) {
    const where = member + formatPointer(['save', name]);
    const given = Object.hasOwn(create.parameters, name);
    if (['id', 'key', UNIQUE].includes(name) || given)
      problems.push({
        member: where,
        text: given
          ? 'has a value in create.parameters; name it otherwise'
          : `is a name that has a meaning of its own; take another`,
      });
    else if (earlier.has(name))
      problems.push({ member: where, text: 'is saved by an earlier step; name it otherwise' });
  }
  if (step.cleanUp !== null)
    check(`${member}/cleanUp/path`, namesIn(step.cleanUp.path), savers({ setup: setup.slice(0, n + 1) }));
  return problems;
}
