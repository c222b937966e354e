/** YAML and JSON that users write: as plain values of bounded depth, in bounded time, whatever the text is. */
import { Composer, type CST, type Document, isScalar, Lexer, LineCounter, type Node, Parser, visit } from 'yaml';
import type { Json } from './json.js';
import { MOST_NESTED, notPlain } from './nesting.js';
import { readTextFile } from './text-file.js';

/** Bytes of the longest file: what people write is far shorter, and reading YAML takes its time. */
const MOST_BYTES = 1 << 20;

/** What is wrong with a text, and where: characters from its beginning. */
export interface YamlProblem {
  offset: number;
  text: string;
}

export interface Yaml {
  /** `null` where there are problems, or the text is empty. */
  value: Json;
  problems: YamlProblem[];
  contents: Node | null;
  lines: LineCounter;
}

/** Reads a file. Throws `FileError`. */
export function readYamlFile(file: string): Yaml {
  return readYaml(readTextFile(file, MOST_BYTES));
}

/** Reads a text; never throws. */
export function readYaml(text: string): Yaml {
  const lines = new LineCounter();
  const tokens: CST.Token[] = [];
  const early = parse(text, lines, tokens);
  const failed = (problems: YamlProblem[], contents: Node | null = null) => ({
    value: null,
    problems,
    contents,
    lines,
  });
  // Looked at before anything recursive reads them.
  const deep = early ?? tooDeep(tokens);
  if (deep !== null) return failed([{ offset: deep, text: `is nested deeper than ${MOST_NESTED}` }]);
  const composer = new Composer({ uniqueKeys: false, logLevel: 'silent', prettyErrors: false });
  const [document, second] = [...composer.compose(tokens, true, text.length)] as [Document.Parsed, Document.Parsed?];
  const contents = document.contents;
  const errors = document.errors.map(({ pos, message }) => ({ offset: pos[0], text: message }));
  if (second !== undefined) {
    // The first alone would be read as if the rest were not written.
    errors.push({ offset: second.range[0], text: 'a second document begins here: a file holds one' });
  }
  const problems = errors.length > 0 ? errors : repeatedKeys(document);
  if (problems.length > 0) return failed(problems, contents);
  let value: unknown;
  try {
    value = document.toJS() ?? null;
  } catch (error) {
    return failed([{ offset: 0, text: (error as Error).message }], contents);
  }
  const wrong = notPlain(value);
  return wrong === null
    ? { value: value as Json, problems, contents, lines }
    : failed([{ offset: 0, text: wrong }], contents);
}

/** Adds the tokens of a text; where it is nested too deep, it gives the place and stops, for ending what is open is recursive. */
function parse(text: string, lines: LineCounter, tokens: CST.Token[]): number | null {
  const parser = new Parser(lines.addNewLine);
  lines.addNewLine(0);
  for (const lexeme of new Lexer().lex(text)) {
    tokens.push(...parser.next(lexeme));
    // A level has two entries at most, and a document has some of its own.
    if (parser.stack.length > 2 * MOST_NESTED + 10) return parser.offset;
  }
  tokens.push(...parser.end());
  return null;
}

/** Where something begins that is nested too deep; `null` where nothing is. */
function tooDeep(tokens: CST.Token[]): number | null {
  const open = tokens.map((token): [CST.Token | null | undefined, number] => [token, 0]);
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [token, depth] = next;
    if (token === null || token === undefined) continue;
    if (depth > MOST_NESTED) return token.type === 'error' ? 0 : 'offset' in token ? token.offset : 0;
    if ('value' in token) open.push([token.value, depth]);
    if ('items' in token) for (const { key, value } of token.items) open.push([key, depth + 1], [value, depth + 1]);
  }
  return null;
}

/** The parser's own check takes the square of their number. */
function repeatedKeys(document: Document.Parsed): YamlProblem[] {
  const problems: YamlProblem[] = [];
  visit(document, {
    Map: (_, { items }) => {
      const names = new Set<string>();
      for (const { key } of items) {
        if (!isScalar(key)) continue;
        const name = String(key.value);
        if (names.has(name)) problems.push({ offset: key.range?.[0] ?? 0, text: `there are two members '${name}'` });
        names.add(name);
      }
    },
  });
  return problems;
}
