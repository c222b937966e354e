/** docs/contract-members.md, from the schema of contracts. */
import { readFileSync } from 'node:fs';

const source = new URL('../contracts/contract.schema.json', import.meta.url);

interface Schema {
  $ref?: string;
  title?: string;
  description?: string;
  type?: string | string[];
  enum?: unknown[];
  default?: unknown;
  required?: string[];
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
  items?: Schema;
  $defs?: Record<string, Schema>;
}

/** A member, or an element of one, with its place: `effects.list.path`, `companions[].in`. */
interface Member {
  name: string;
  schema: Schema;
  required: boolean;
}

const INTRODUCTION = `# Members of a contract

<!-- Generated from contracts/contract.schema.json by \`npm run generate\`: change the descriptions there instead. -->

Every member that a contract may have. [contracts.md](contracts.md) explains them with examples. A member that is left out has
its default. \`null\` means that there is none, or that the documentation does not say. \`[]\` after a name stands for each
element of an array, \`.*\` for each name of a mapping. A member without a default follows from others, as its description
says, or has no value.
`;

const file = JSON.parse(readFileSync(source, 'utf8')) as Schema;

/** The whole page, in Markdown. */
export function membersPage(): string {
  const top = membersIn(resolved(file), '');
  const index = top.map(({ name }) => `[${name}](#${anchorOf(name)})`).join(' · ');
  return [INTRODUCTION, `${index}\n`, ...top.map(sectionOf)].join('\n');
}

function sectionOf(member: Member): string {
  const { name, schema } = member;
  const inner = allInside(member);
  const facts = [
    `Takes ${takes(schema)}.`,
    ...(member.required ? ['Required.'] : schema.default === undefined ? [] : [`Default: ${code(schema.default)}.`]),
  ];
  return [
    `## ${name}\n`,
    `${escaped(schema.description ?? '')} ${facts.join(' ')}\n`,
    ...(inner.length === 0 ? [] : [`${tableOf(inner)}\n`]),
  ].join('\n');
}

function tableOf(members: Member[]): string {
  const rows = members.map(({ name, schema, required }) => [
    `\`${name}\``,
    takes(schema),
    required ? 'required' : schema.default === undefined ? '' : code(schema.default),
    escaped(schema.description ?? ''),
  ]);
  return [['member', 'takes', 'default', 'meaning'], ['---', '---', '---', '---'], ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`.replaceAll('|  |', '| |'))
    .join('\n');
}

/** The members below one, from the outside in. */
function allInside({ name, schema }: Member): Member[] {
  return partsOf(schema, name).flatMap((member) => [member, ...allInside(member)]);
}

/** Members of an object; of an array or a mapping, those of its elements. */
function partsOf(schema: Schema, path: string): Member[] {
  const { items, additionalProperties: each } = schema;
  return [
    ...membersIn(schema, path),
    ...(items === undefined ? [] : partsOf(resolved(items), `${path}[]`)),
    ...(typeof each === 'object' ? partsOf(resolved(each), `${path}.*`) : []),
  ];
}

function membersIn({ properties = {}, required = [] }: Schema, path: string): Member[] {
  return Object.entries(properties).map(([name, schema]) => ({
    name: path === '' ? name : `${path}.${name}`,
    schema: resolved(schema),
    required: required.includes(name),
  }));
}

/** A schema with what it refers to. Its own words override those. */
function resolved({ $ref, ...own }: Schema): Schema {
  const name = $ref?.split('/').at(-1) ?? '';
  return { ...file.$defs?.[name], ...own };
}

/** What a member takes, in a few words: its choices, its title, or its types. */
function takes({ enum: choices, title, type }: Schema): string {
  if (choices !== undefined) return listed(choices.map(code));
  if (title !== undefined) return escaped(title);
  return type === undefined ? 'any value' : listed([type].flat().map((one) => (one === 'null' ? one : articled(one))));
}

function listed(words: string[]): string {
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} or ${last}`;
}

function articled(type: string): string {
  return type === 'boolean' ? '`true` or `false`' : `${/^[aeio]/.test(type) ? 'an' : 'a'} ${type}`;
}

function code(value: unknown): string {
  return `\`${escaped(typeof value === 'string' && value.trim() === value && value !== '' ? value : JSON.stringify(value))}\``;
}

/** As it may stand in a cell of a table. */
function escaped(text: string): string {
  return text.replaceAll('|', '\\|');
}

/** As GitHub makes it of a heading. */
function anchorOf(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z]/g, '');
}
