import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'vitest';
import { command, newFolder } from './command.js';
import { serveOrders } from './orders.js';
import { readFileSync } from 'node:fs';
test('init', async () => {
  const target = await serveOrders({});
  const folder = newFolder();
  writeFileSync(join(folder, 'order.json'), '{"note":"two of them","amount":2}');
  const a = await command(['init', '--target', target.url, '--endpoint', 'POST /orders', '--key', 'header:Idempotency-Key', '--body', 'order.json', '--list', 'GET /orders'], { folder });
  const b = await command(['--contract', './idem-contract.yaml', '--target', target.url, '--profile', 'smoke', '--seed', '1', '--only', 'REPLAY'], { folder });
  const e = await command(['explain', './idem-contract.yaml'], { folder });
  const em = await command(['explain'], { folder });
  writeFileSync('/tmp/exp/init.txt', JSON.stringify([a,b], null, 1).replaceAll('\\n','\n') + readFileSync(join(folder, 'idem-contract.yaml'), 'utf8') + readFileSync(join(folder, 'request.schema.json'), 'utf8') + e.stderr + e.stdout + em.stdout);
});
