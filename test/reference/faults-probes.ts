/** Short tellings of what a server does, for comparing a faulty one with the correct one. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'undici';
import type { ServeOptions } from '../../reference/server/server.js';
import { type Answer, type Api, apiOf, type Call, isError } from './server-caller.js';
import { form, png } from './server-forms.js';

export type Probe = (api: Api) => Promise<unknown>;

/** How a fault shows. */
export interface Case {
  probe: Probe;
  correct: unknown;
  faulty: unknown;
  /** Members of the baseline that are wrong as well, because they ask the same. */
  also?: string[];
  options?: ServeOptions;
  /** Where what is right in everything else depends on the clock. */
  baselineOptions?: ServeOptions;
}

export const valid = { prompt: 'Tea', canvas_name: 'Deck', idempotency_key: 'k-1' };

/** Asks again while the server says so. */
export async function post(api: Api, body: unknown, call: Call = {}): Promise<Answer> {
  for (;;) {
    const answer = await api.call({ method: 'POST', ...call, body: body ?? call.body });
    if (answer.status !== 429 && answer.status !== 503 && answer.body?.error?.code !== 'request_in_progress')
      return answer;
    await sleep(25);
  }
}

/** `a`, `b`, … for the tasks in the order they are met, `x` for a right conflict, else the status. */
function tell(answers: Answer[]): string {
  const ids: string[] = [];
  return answers
    .map(({ status, body }) => {
      if (status >= 200 && status < 300) {
        if (!ids.includes(body?.id)) ids.push(body?.id);
        return 'abcdefghijklmnopqrstuvwxyz'[ids.indexOf(body?.id)];
      }
      const right = status === 409 && isError(body) && body.error.code === 'idempotency_conflict';
      return right ? 'x' : String(status);
    })
    .join(' ');
}

/** One after the other. */
export function sequence(...posts: (unknown | [unknown, Call])[]): Probe {
  return async (api) => {
    const answers: Answer[] = [];
    for (const each of posts) {
      const [body, call] = Array.isArray(each) ? each : [each, {}];
      answers.push(await post(api, body, call));
    }
    return tell(answers);
  };
}

/** The key under which every body is the same, for two bodies that differ. */
export function bodies(first: object, second: object): Probe {
  return sequence({ ...valid, ...first }, { ...valid, ...second });
}

export function keys(...values: unknown[]): Probe {
  return sequence(...values.map((idempotency_key) => ({ ...valid, idempotency_key })));
}

/** At the same time, each on a warm connection of its own; sorted, since anyone may win. */
export function storm(...posts: object[]): Probe {
  return async (api) => {
    const clients = posts.map(() => new Client(api.url));
    const own = clients.map((client) => apiOf(api.url, api.keys, client));
    await Promise.all(own.map(({ get }) => get('/v1/tasks')));
    const answers = await Promise.all(own.map((each, i) => each.post(posts[i])));
    await Promise.all(clients.map((client) => client.close()));
    const tasks = (await api.ids()).length;
    return `${tell(answers).split(' ').sort().join(' ')}, tasks: ${tasks}`;
  };
}

export const pause =
  (ms: number): Probe =>
  async () =>
    sleep(ms);

/** Probes after each other, what they tell joined; pauses tell nothing. */
export function inTurn(...probes: Probe[]): Probe {
  return async (api) => {
    const told: unknown[] = [];
    for (const probe of probes) {
      const each = await probe(api);
      if (each !== undefined) told.push(each);
    }
    return told.join('; ');
  };
}

/** What any server of the contract does: everything here is true, unless a fault says otherwise. */
export async function baseline(api: Api): Promise<Record<string, boolean>> {
  const seen: Record<string, boolean> = {};
  const first = await post(api, valid);
  const again = await post(api, valid);
  const same = ['id', 'kind', 'created_at', 'input'].every((name) => equal(first.body?.[name], again.body?.[name]));
  seen.replay = first.status < 300 && again.status < 300 && same;
  const other = await post(api, { ...valid, prompt: 'Something else altogether' });
  seen.conflict = tell([first, other, await post(api, valid)]) === 'a x a' && !other.text.includes(valid.prompt);
  const { idempotency_key: _, ...keyless } = valid;
  const single = [await post(api, keyless), await post(api, keyless)];
  seen.keyless = tell([first, ...single]) === 'a b c';
  const second = await post(api, { ...valid, idempotency_key: 'other' });
  seen.keys = tell([first, second]) === 'a b';
  const stranger = await post(api, { ...valid, prompt: 'Coffee' }, { credential: 1 });
  seen.scope = tell([first, stranger]) === 'a b';
  const refused = await post(api, { idempotency_key: 'refused' });
  const corrected = await post(api, { ...valid, idempotency_key: 'refused' });
  seen.refused = refused.status === 422 && isError(refused.body) && tell([first, corrected]) === 'a b';
  const found = await api.get(`/v1/tasks/${first.body.id}`);
  seen.get = found.status === 503 || found.body?.id === first.body.id;
  await sleep(60);
  const made = [first, ...single, second, corrected].map(({ body }) => body.id);
  const listed = await api.ids();
  seen.list = made.every((id) => listed.includes(id));
  seen.effects = listed.length === (listed.includes(stranger.body.id) ? 6 : 5);
  const kit = await post(api, { url: 'a.example', idempotency_key: 'k-1' }, { path: '/v1/brand-kits' });
  seen.elsewhere = tell([first, kit]) === 'a b' && kit.body.kind === 'export';
  const sent: [string, string][] = [
    ['a.png', 'one'],
    ['b.png', 'one'],
    ['a.png', 'another'],
  ];
  const files: Answer[] = [];
  for (const [filename, text] of sent) {
    files.push(await post(api, undefined, form({ filename, bytes: png(text) })));
  }
  const marks = files.map(({ body }) => body.was_duplicate);
  seen.uploads = tell(files) === 'a a b' && equal(marks, [false, true, false]);
  return seen;
}

function equal(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
