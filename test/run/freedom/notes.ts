/** Small APIs that are right in their own dialect: notes in memory. A defect makes one wrong. */
import { setTimeout as sleep } from 'node:timers/promises';
import { serve } from '../../cli/targets.js';

type Json = Record<string, unknown>;

/** What an API may do in its own way. */
export interface Dialect {
  /** What of a request, besides its body, belongs to what is compared; `nothing`: bodies do not, either. */
  compares?: 'nothing' | 'body' | 'query' | 'contentType';
  /** How a repeat is answered: as the first time, by 409, or by 409 with the first id. */
  repeats?: 'replayed' | 'refused' | 'pointed';
  /** Equal requests without a key are one. */
  joinsKeyless?: boolean;
  /** The account's note with a name is the only one: another is refused by 409. */
  uniqueNames?: boolean;
  /** A refusal of a wrong body is stored with its key. */
  storesRefusals?: boolean;
  /** `POST /tags` takes keys: others than `POST /notes`, or the same. */
  keysElsewhere?: 'separate' | 'shared';
  /** Blank keys are keys. */
  blankKeys?: boolean;
  /** The key is the body's member `key`. */
  keyInBody?: boolean;
}

/** What makes one wrong. */
export type Defect =
  /** Requests that come together do not see each other. */
  | 'races'
  /** The first repeat but one makes another note. */
  | 'forgets'
  /** A repeat makes a second note, and shows the first one. */
  | 'orphans'
  /** Another body under a key makes a note of its own. */
  | 'executes'
  /** A key of another account is answered with the first one's note. */
  | 'joinsAccounts'
  /** Keys are compared without their case. */
  | 'foldsKeys'
  /** Every note is for the first who sent its body, whatever the key. */
  | 'joinsBodies';

interface Stored {
  print: string;
  answer: Answer;
}

type Answer = [status: number, body: unknown];

/** @returns the address; accounts are `one` and `two`, an effect is listed by `GET /notes` */
export async function serveNotes(dialect: Dialect = {}, defect?: Defect): Promise<string> {
  const notes: { account: string; note: Json }[] = [];
  const keys = new Map<string, Promise<Stored>>();
  const bodies = new Map<string, Answer>();
  const used = new Map<string, number>();
  let made = 0;

  const make = (account: string, path: string, value: Json): Answer => {
    made += 1;
    const note = { id: `${path.slice(1, 4)}_${made}_${Math.random().toString(36).slice(2)}`, ...value };
    if (path === '/notes') notes.unshift({ account, note });
    return [201, note];
  };

  const write = (account: string, path: string, text: string): Answer => {
    const value = parse(text);
    if (value === null || !isValid(value)) return [400, { error: 'not a note' }];
    const taken = notes.some((one) => one.account === account && one.note.name === value.name);
    if (dialect.uniqueNames === true && path === '/notes' && taken) return [409, { error: 'name is taken' }];
    return make(account, path, value);
  };

  const withKey = async (account: string, key: string, path: string, text: string, print: string): Promise<Answer> => {
    const folded = defect === 'foldsKeys' ? key.toLowerCase() : key;
    const owner = defect === 'joinsAccounts' ? '' : account;
    const name = `${owner} ${dialect.keysElsewhere === 'shared' ? '' : path} ${folded}${defect === 'executes' ? text : ''}`;
    const times = (used.get(name) ?? 0) + 1;
    used.set(name, times);
    const known = keys.get(name);
    const equal = bodies.get(`${account} ${path} ${text}`);
    if (known === undefined && defect === 'joinsBodies' && equal !== undefined) return equal;
    if (known === undefined || (defect === 'forgets' && times === 3)) {
      const first = sleep(5).then((): Stored => ({ print, answer: write(account, path, text) }));
      if (defect === 'races') await sleep(5);
      keys.set(name, first);
      const { answer } = await first;
      if (answer[0] < 300) bodies.set(`${account} ${path} ${text}`, answer);
      if (answer[0] >= 400 && dialect.storesRefusals !== true) keys.delete(name);
      return answer;
    }
    const stored = await known;
    const [status, body] = stored.answer;
    if (status >= 400 && dialect.storesRefusals !== true) return withKey(account, key, path, text, print);
    if (dialect.compares !== 'nothing' && stored.print !== print) return [422, { error: 'another request' }];
    if (defect === 'orphans') make(account, path, JSON.parse(text));
    if (dialect.repeats === 'refused') return [409, { error: 'that key was used' }];
    if (dialect.repeats === 'pointed') return [409, { error: 'that key was used', of: (body as Json).id }];
    return stored.answer;
  };

  const { url } = await serve(async (request, response) => {
    let text = '';
    try {
      for await (const chunk of request) text += chunk;
    } catch {
      return;
    }
    const answer = ([status, body]: Answer) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    const account = (request.headers.authorization ?? '').replace('Bearer ', '');
    if (account !== 'sk_one' && account !== 'sk_two') return answer([401, { error: 'who are you?' }]);
    const [path = '', query = ''] = (request.url ?? '').split('?');
    const own = notes.filter((one) => one.account === account).map(({ note }) => note);
    if (request.method === 'GET') return answer([200, { data: own }]);
    const type = request.headers['content-type'] ?? '';
    const print = [text, dialect.compares === 'query' ? query : '', dialect.compares === 'contentType' ? type : ''];
    const sent = dialect.keyInBody === true ? parse(text)?.key : request.headers['idempotency-key'];
    if (sent !== undefined && typeof sent !== 'string') return answer([400, { error: 'that is not a key' }]);
    const taken = path === '/notes' || dialect.keysElsewhere !== undefined;
    const isKey = typeof sent === 'string' && (sent.trim() !== '' || dialect.blankKeys === true);
    const key = taken && isKey ? sent : undefined;
    if (key !== undefined) return answer(await withKey(account, key, path, text, print.join('\n')));
    const known = bodies.get(`${account} ${path} ${text}`);
    if (dialect.joinsKeyless === true && known !== undefined) return answer(known);
    const made = write(account, path, text);
    if (made[0] < 300) bodies.set(`${account} ${path} ${text}`, made);
    return answer(made);
  });
  return url;
}

function isValid({ name, size = 1, tags = [] }: Json): boolean {
  const sizes = Number.isInteger(size);
  return typeof name === 'string' && sizes && Array.isArray(tags) && tags.every((tag) => typeof tag === 'string');
}

function parse(text: string): Json | null {
  try {
    const value = JSON.parse(text);
    return typeof value === 'object' ? value : null;
  } catch {
    return null;
  }
}
