import { it } from 'vitest';
import { command, withKey, idsWith, resultsOf } from './command.js';
import { frontOf, type Passing } from './targets.js';

const body = (f: (task: any) => void, where = (p: Passing) => true) => (p: Passing) => {
  if (p.request.method !== 'POST' || p.status >= 300 || !where(p)) return;
  const t = JSON.parse(p.text); f(t); p.text = JSON.stringify(t);
};
const kinds: Record<string, (p: Passing) => void> = {
  plain: () => {},
  noid: body((t) => { delete t.id; }),
  nocreated: body((t) => { delete t.created_at; }),
  nostatus: body((t) => { delete t.status; }),
  idnumber: body((t) => { t.id = 12345; }),
  statusnumber: body((t) => { t.status = 7; }),
  kindnull: body((t) => { t.kind = null; }),
  texthtml: (p) => { p.headers['content-type'] = 'text/html'; },
  nocontenttype: (p) => { p.headers = {}; },
  getidnumber: (p) => { if (p.request.method === 'GET' && /task_/.test(p.request.path)) p.text = p.text.replace(/"id":"[^"]*"/, '"id":5'); },
  listhtml: (p) => { if (p.request.method === 'GET' && !/task_/.test(p.request.path)) { p.text = '<html>'; p.status = 200; } },
  list500: (p) => { if (p.request.method === 'GET' && !/task_/.test(p.request.path)) { p.text = '<html>'; p.status = 500; } },
};
it.each(Object.keys(kinds))('%s', async (kind) => {
  const t = await frontOf({ change: kinds[kind]! });
  const s = performance.now();
  const e = await command(['--target', t.url, '--profile', 'smoke', '--seed', '1'], { env: t.env });
  const r = resultsOf(e);
  console.log(kind, e.code, Math.round(performance.now() - s), e.stderr.slice(0, 600), 'failed', idsWith(r, 'failed'), 'warned', idsWith(r, 'warned'), 'inc', idsWith(r, 'inconclusive'), r.requirements.filter(x=>x.status==='skipped'&&!/no plans/.test(x.reason)).map(x=>x.id+x.reason),idsWith(r, 'blocked'), r.notes);
});
