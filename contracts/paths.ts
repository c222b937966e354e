/** Paths as a contract writes them: `{name}` stands for a segment, or for a part of one. */
import type { Contract } from './contract.js';
import type { Problem } from './document.js';

const PARAMETER = /\{([^{}/?]+)\}/g;

/** The names that stand in a path, in order. */
export function namesIn(template: string): string[] {
  return [...template.matchAll(PARAMETER)].map(([, name = '']) => name);
}

/** The path with these values in the place of their names; names without a value stay. */
export function filledPath(template: string, values: Record<string, string>): string {
  return template.replace(PARAMETER, (whole, name: string) =>
    Object.hasOwn(values, name) ? segmentOf(values[name] as string) : whole,
  );
}

/** The path with query parameters after those that it has; one of the same name is replaced. */
export function withQuery(path: string, parameters: readonly (readonly [string, string])[]): string {
  if (parameters.length === 0) return path;
  const [plain, asked] = path.includes('?')
    ? [path.slice(0, path.indexOf('?')), path.slice(path.indexOf('?') + 1)]
    : [path, ''];
  const names = new Set(parameters.map(([name]) => name));
  // What stands there stays byte for byte.
  const kept = asked.split('&').filter((part) => part !== '' && !names.has(nameOf(part)));
  const added = parameters.map(([name, value]) => `${segmentOf(name)}=${segmentOf(value)}`);
  return `${plain}?${[...kept, ...added].join('&')}`;
}

function nameOf(part: string): string {
  return [...new URLSearchParams(part).keys()][0] ?? '';
}

/** A string as it stands in a path or a query. Half a character has no UTF-8, so that it becomes another one. */
export function segmentOf(text: string): string {
  return encodeURIComponent(Buffer.from(text).toString());
}

/** What stands for each name of a template in a path without its query, whatever is before it; `null` where it is another path. */
export function valuesIn(template: string, path: string, { whole = false } = {}): Record<string, string> | null {
  const { pattern, names } = compiled(template, whole);
  const found = pattern.exec(path);
  return found && Object.fromEntries(names.map((name, n) => [name, decoded(found[n + 1] ?? '')]));
}

/** The contract with create.parameters in all its paths. */
export function withParameters(contract: Contract): Contract {
  const { parameters } = contract.create;
  const values = Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, String(value)]));
  return withPaths(contract, values);
}

/** The contract with these values in the place of their names in all its paths; names without a value stay. */
export function withPaths(contract: Contract, values: Record<string, string>): Contract {
  const { create, get, cancel, uploads, effects, otherEndpoints, setup } = contract;
  const filled = <Endpoint extends { path: string } | null>(endpoint: Endpoint): Endpoint =>
    endpoint && { ...endpoint, path: filledPath(endpoint.path, values) };
  return {
    ...contract,
    create: filled(create),
    get: filled(get),
    cancel: filled(cancel),
    uploads: filled(uploads),
    effects: { ...effects, list: filled(effects.list), counter: filled(effects.counter) },
    otherEndpoints: otherEndpoints.map(filled),
    setup: setup.map((step) => ({ ...filled(step), cleanUp: filled(step.cleanUp) })),
  };
}

/**
 * Names in paths that nothing gives a value, and parameters that cannot stand in a path. Expects parameters filled in;
 * paths of set-up steps are looked at with their steps.
 */
export function pathProblems(contract: Contract): Problem[] {
  const { key, create, get, cancel, uploads, effects, otherEndpoints, setup } = contract;
  const ofKey = key.in === 'path' ? ['key'] : [];
  const each = new Map(setup.flatMap((step) => Object.keys(step.save).map((name) => [name, step.each] as const)));
  const saved = [...each.keys()];
  const ofRun = saved.filter((name) => each.get(name) === 'run');
  const paths: [member: string, endpoint: { path: string } | null, known: string[]][] = [
    ['/create', create, [...ofKey, ...saved]],
    ['/get', get, ['id', ...saved]],
    ['/cancel', cancel, ['id', ...saved]],
    ['/uploads', uploads, ofRun],
    ['/effects/list', effects.list, ofRun],
    ['/effects/counter', effects.counter, ofRun],
    ...otherEndpoints.map((one, n): [string, { path: string }, string[]] => [
      `/otherEndpoints/${n}`,
      one,
      [...ofKey, ...saved],
    ]),
  ];
  const unknown = paths.flatMap(([member, endpoint, known]) =>
    namesIn(endpoint?.path ?? '')
      .filter((name) => !known.includes(name))
      .map((name) => ({ member: `${member}/path`, text: unknownName(name, each.get(name)) })),
  );
  const without = otherEndpoints.flatMap(({ path }, n): Problem[] =>
    key.in === 'path' && !namesIn(path).includes('key')
      ? [
          {
            member: `/otherEndpoints/${n}/path`,
            text: 'must have {key}, where the key stands; or leave the endpoint out',
          },
        ]
      : [],
  );
  const parameters = Object.entries(create.parameters).flatMap(([name, value]): Problem[] => {
    const member = `/create/parameters/${name}`;
    if (name === 'key' || name === 'id')
      return [{ member, text: `is a name that stands for the ${name}; take another` }];
    return /^\.{1,2}$/.test(String(value)) ? [{ member, text: 'is a dot segment, which is taken out of paths' }] : [];
  });
  return [...unknown, ...without, ...parameters];
}

/** @param each how often the step is made that saves it; `undefined`: none does */
function unknownName(name: string, each: string | undefined): string {
  if (name === 'key') return 'has {key}, but the key travels elsewhere; say `key: { in: path }`, or take it out';
  if (each !== undefined)
    return `has {${name}}, which is another one for each ${each}, and this is read for all of them: say \`each: run\` in the step that saves it, or a path without it`;
  return `has {${name}}, which has no value; give it in create.parameters: { ${name}: … }, or save it in a step of setup`;
}

const known = new Map<string, { pattern: RegExp; names: string[] }>();

function compiled(template: string, whole: boolean): { pattern: RegExp; names: string[] } {
  const name = `${whole} ${template}`;
  const made = known.get(name) ?? {
    names: namesIn(template),
    pattern: new RegExp(`${whole ? '^' : ''}${template.replace(/\?.*/, '').split(PARAMETER).map(piece).join('')}/?$`),
  };
  known.set(name, made);
  return made;
}

/** Texts and names take turns. */
function piece(text: string, n: number): string {
  return n % 2 === 1 ? '([^/]+)' : text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** Percent-decoded; as it is where it cannot be decoded. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
