/** The files of `judge`, opened so that each can be read more than once and stays the same meanwhile. */
import { closeSync, createReadStream, createWriteStream, fstatSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { isatty } from 'node:tty';
import { linesOf } from '../history/lines.js';
import { readLine } from '../history/read-line.js';
import { type Recorded, recorded } from '../judge/recorded.js';
import { UsageError } from '../run/options/usage.js';
import type { Attribute } from './judge-operations.js';

/** Exchanges of suspect keys that are held at once. */
export const AT_ONCE = 1_000_000;

export interface Input {
  /** As in messages. */
  name: string;
  fd: number;
  /** Bytes at the time of opening: what is appended later is not read. */
  size: number;
}

/** What the first reading counted. */
export interface Counts {
  exchanges: number;
  keyless: number;
  unknown: number;
  /** Exchanges that prove something: a success, a conflict, a refusal in flight. */
  telling: number;
  blank: number;
}

/** Opens the files; `-` is standard input. Throws `UsageError` before anything is judged. */
export async function openInputs(names: string[]): Promise<Input[]> {
  if (names.indexOf('-') !== names.lastIndexOf('-'))
    throw new UsageError('Standard input can be read once: give one -.');
  const inputs: Input[] = [];
  const seen = new Map<string, string>();
  for (const name of names) {
    const fd = name === '-' ? await spooled(process.stdin, name) : await open(name);
    const { size, dev, ino } = fstatSync(fd);
    const twin = seen.get(`${dev} ${ino}`);
    // Read twice, a request without a key would look like two that share a resource.
    if (twin !== undefined) throw new UsageError(`${name} is the same file as ${twin}: name it once.`);
    seen.set(`${dev} ${ino}`, name);
    inputs.push({ name: name === '-' ? 'stdin' : name, fd, size });
  }
  return inputs;
}

async function open(name: string): Promise<number> {
  let fd: number;
  try {
    fd = openSync(name, 'r');
  } catch (error) {
    throw new UsageError(`${name}: cannot be read (${(error as NodeJS.ErrnoException).code}); check the path.`);
  }
  const stat = fstatSync(fd);
  if (stat.isDirectory()) throw new UsageError(`${name} is a folder; name its files.`);
  if (stat.isFile()) return fd;
  // Most devices never end.
  if (stat.isCharacterDevice() && !isatty(fd)) throw new UsageError(`${name} is a device; name a file.`);
  // A pipe gives its bytes once.
  return spooled(createReadStream('', { fd }), name);
}

/** Copies a stream into a file that has no name any more, so that nothing is left behind however this ends. */
async function spooled(stream: NodeJS.ReadableStream, name: string): Promise<number> {
  try {
    const folder = mkdtempSync(join(tmpdir(), 'idem-judge-'));
    const fd = openSync(join(folder, 'copy'), 'wx+', 0o600);
    rmSync(folder, { recursive: true, force: true });
    await pipeline(stream, createWriteStream('', { fd, autoClose: false }));
    return fd;
  } catch (error) {
    throw new UsageError(`${name} cannot be copied to ${tmpdir()}: ${(error as Error).message}. TMPDIR names another.`);
  }
}

export const NO_COUNTS: Readonly<Counts> = { exchanges: 0, keyless: 0, unknown: 0, telling: 0, blank: 0 };

/** The exchanges of all inputs, as often as they are asked for; counts and complains only the first time. */
export class Recording {
  /** By operation, and `null` for what is of none that is known, which is always there. */
  readonly counts = new Map<string | null, Counts>([[null, { ...NO_COUNTS }]]);
  /** Lines that cannot be read. */
  unreadable = 0;
  readonly #inputs: Input[];
  readonly #skewMs: number;
  readonly #complain: (file: string, line: number, problem: string) => void;
  readonly #attribute: Attribute;
  /** How many lines stand before each input. */
  readonly #before: number[] = [];
  #known = false;

  constructor(
    inputs: Input[],
    skewMs: number,
    complain: (file: string, line: number, problem: string) => void,
    attribute: Attribute,
  ) {
    this.#inputs = inputs;
    this.#skewMs = skewMs;
    this.#complain = complain;
    this.#attribute = attribute;
  }

  /** The exchanges of one operation, or of none that is known, in as many iterations as it takes. */
  of(operation: string | null): Iterable<Recorded> {
    return { [Symbol.iterator]: () => this.#read(operation) };
  }

  *#read(operation: string | null): Generator<Recorded> {
    let ref = 0;
    for (const { name, fd, size } of this.#inputs) {
      const before = ref;
      if (!this.#known) this.#before.push(before);
      for (const text of linesOf(fd, size)) {
        ref += 1;
        const x = this.#exchange(text, ref, operation, (problem) => this.#complain(name, ref - before, problem));
        if (x !== null) yield x;
      }
    }
    this.#known = true;
  }

  /** The file and line of an exchange's `ref`. */
  at(ref: number): { file: string; line: number } {
    const index = this.#before.findLastIndex((before) => before < ref);
    return { file: (this.#inputs[index] as Input).name, line: ref - (this.#before[index] as number) };
  }

  close(): void {
    for (const { fd } of this.#inputs) closeSync(fd);
  }

  #exchange(
    text: string | null,
    ref: number,
    wanted: string | null,
    complain: (problem: string) => void,
  ): Recorded | null {
    if (text?.trim() === '') return null;
    const line = text === null ? { problem: 'is not UTF-8, or longer than 16 MiB' } : readLine(text);
    if ('problem' in line) {
      if (!this.#known) {
        this.unreadable += 1;
        complain(line.problem);
      }
      return null;
    }
    const operation = this.#attribute(line);
    if (this.#known && operation !== wanted) return null;
    const x = recorded(line, ref, this.#skewMs);
    if (this.#known) return x;
    const counts = this.counts.get(operation) ?? { ...NO_COUNTS };
    this.counts.set(operation, counts);
    if (x === null) counts.blank += 1;
    else {
      counts.exchanges += 1;
      if (line.key === null) counts.keyless += 1;
      if (x.kind === 'unknown') counts.unknown += 1;
      else if (x.kind !== 'none') counts.telling += 1;
    }
    return operation === wanted ? x : null;
  }
}
