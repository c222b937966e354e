/**
 * The streams of the command, made harmless for whoever reads them, whatever verb writes and wherever a text came from:
 * no escape sequence but our own, no order for GitHub, and on stderr no secret of the environment or the command line.
 */
import { addressSecrets, headerSecrets } from '../client/mask/values.js';
import { Mask } from '../client/mask.js';
import { escaped } from '../reports/visible.js';
import { isCredential } from '../run/options/values.js';

/** Colours, and what rewrites the line that shows how far a run is. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are escape sequences
const OWN = /(\u001b\[\d{1,2}m|\r\u001b\[2K)/;

const output = process.stdout.write.bind(process.stdout);

/** Writes lines that GitHub is meant to obey. */
export function writeCommands(lines: string): void {
  output(lines);
}

/** From now on, for as long as the process lives. */
export function guardStreams(environment: NodeJS.ProcessEnv, argv: string[]): void {
  const mask = new Mask(secretsIn(environment, argv), headersIn(argv));
  for (const stream of [process.stdout, process.stderr]) {
    const write = stream.write.bind(stream) as (text: unknown, ...more: unknown[]) => boolean;
    const shown = (text: string) => inert(harmless(text, stream.isTTY === true), environment);
    stream.write = ((text: unknown, ...more: unknown[]) => {
      if (typeof text !== 'string') return write(text, ...more);
      return write(shown(stream === process.stderr ? mask.text(text) : text), ...more);
    }) as typeof stream.write;
  }
}

/** GitHub obeys lines of its own form on either stream, so what a target says must not look like one. */
function inert(text: string, { GITHUB_ACTIONS }: NodeJS.ProcessEnv): string {
  return GITHUB_ACTIONS === 'true' ? text.replace(/^(\s*):(?=:)/gm, '$1: ').replace(/##(?=\[)/g, '## ') : text;
}

function harmless(text: string, isTerminal: boolean): string {
  if (!isTerminal) return escaped(text);
  return text
    .split(OWN)
    .map((part, n) => (n % 2 === 1 ? part : escaped(part)))
    .join('');
}

/** Whatever the command line says they are called. */
function secretsIn(environment: NodeJS.ProcessEnv, argv: string[]): (string | undefined)[] {
  const keys = ['IDEM_API_KEY', 'IDEM_API_KEY_2', ...valuesOf('--api-key-env', argv)].map((name) => environment[name]);
  const others = ['IDEM_CLIENT_SECRET', 'IDEM_CLIENT_SECRET_2', 'IDEM_WEBHOOK_SECRET'].map((name) => environment[name]);
  const addresses = [environment.HTTPS_PROXY, environment.https_proxy, ...argv];
  // Where one is USER:PASSWORD, the password may stand alone.
  const passwords = keys.map((key) => /^[^:]*:(.*)$/s.exec(key ?? '')?.[1]);
  return [...keys, ...passwords, ...others, ...addresses.flatMap(addressSecrets)];
}

function headersIn(argv: string[]): string[] {
  const secret = valuesOf('--secret-header', argv);
  return valuesOf('--header', argv).flatMap((line) => {
    const [, name = '', value = ''] = /^([^:]*):\s*(.*)$/s.exec(line) ?? [];
    return isCredential(name, secret) ? headerSecrets(name, value) : [];
  });
}

function valuesOf(flag: string, argv: string[]): string[] {
  return argv.flatMap((word, n) => {
    if (word.startsWith(`${flag}=`)) return [word.slice(flag.length + 1)];
    return word === flag && argv[n + 1] !== undefined ? [argv[n + 1] as string] : [];
  });
}
