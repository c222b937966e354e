import { run } from '/tmp/wt/h-place/run/run.js';
import { startReference } from '/tmp/wt/h-place/reference/server/start.js';
const [contract, fault, only] = process.argv.slice(2);
const options: any = { contract, ...(fault && fault !== '-' ? { fault } : {}) };
const { url, keys, close } = await startReference(options);
try {
const r = await run({ contract, targets: [url], credentials: { first: keys[0], second: keys[1] }, profile: 'smoke', seed: 1, stormWidth: 4, ...(only ? { only: only.split(',') } : {}) } as any, { small: false });
if (r.stop) console.log('STOP', JSON.stringify(r.stop));
const by: any = {};
for (const q of r.requirements) (by[q.status] ??= []).push(q.id + (['passed','skipped'].includes(q.status) ? '' : ': ' + (q.reason ?? JSON.stringify(q.findings?.[0]?.sentences ?? q.findings?.[0] ?? '').slice(0, 600))));
for (const [s, l] of Object.entries(by)) console.log(s, (l as string[]).length, s === 'passed' ? '' : '\n  ' + (l as string[]).join('\n  '));
} finally { await close(); }
