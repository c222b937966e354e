/** What follows from the table of options: the README's table, and the schema of the configuration file. */
import { allEntries, CONFIG_FILE, usual } from '../cli/options.js';
import { entries } from '../run/options/table.js';

const BEGIN = '<!-- options: written by npm run generate -->';
const END = '<!-- end of options -->';

/** The README with its table of options as the rows have it. */
export function withOptions(readme: string): string {
  const [begin, end] = [readme.indexOf(BEGIN), readme.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`README.md needs the lines ${BEGIN} and ${END}.`);
  return `${readme.slice(0, begin)}${BEGIN}\n\n${optionTable()}\n\n${readme.slice(end)}`;
}

function optionTable(): string {
  const rows = allEntries.map(({ member, row }) => {
    const value = row.value === undefined ? '' : ` ${row.value}`;
    const inLibrary = entries.some((one) => one.member === member) ? `\`${member}\`` : '';
    const verbs = row.verbs.filter((verb) => verb !== 'run').join(', ');
    return [`\`--${row.flag}${value}\``, inLibrary, `${row.help}${usual(row)}`, verbs].map(cell).join(' | ');
  });
  const head = ['option | in your tests | meaning | also for', '--- | --- | --- | ---'];
  return [...head, ...rows].map((line) => `| ${line.replace(/ +$/, '')} |`.replace(/\| +\|/g, '| |')).join('\n');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}

/** The JSON Schema of the configuration file. */
export function configSchema(): string {
  const inFile = allEntries.filter(({ row }) => row.notInFile !== true);
  const schema = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'https://idem-conformance.dev/config/1',
    title: `Options of idem-conformance, as ${CONFIG_FILE} has them`,
    type: ['object', 'null'],
    additionalProperties: false,
    properties: Object.fromEntries(
      inFile.map(({ row }) => [
        row.flag,
        { description: `${row.help}${usual(row)}`, anyOf: [row.schema, { type: 'null' }] },
      ]),
    ),
  };
  // Short lists on one line, as the formatter wants them.
  const text = JSON.stringify(schema, null, 2).replace(
    /\[\s+((?:"[^"]*",?\s+)+)\]/g,
    (_, items: string) => `[${items.trim().split(/,\s+/).join(', ')}]`,
  );
  return `${text}\n`;
}
