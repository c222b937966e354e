// Kills the durable server with SIGKILL, where one runs, and starts it again in the background.
//   node restart-durable.mjs PORT FOLDER [record-last]
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const [port, folder, mode = ''] = process.argv.slice(2);
const pidFile = join(folder, 'pid');
if (existsSync(pidFile)) {
  const pid = Number(readFileSync(pidFile, 'utf8'));
  try {
    process.kill(pid, 'SIGKILL');
    for (let alive = true; alive; await sleep(5)) alive = isAlive(pid);
  } catch {
    // It was gone already.
  }
}
const server = spawn(process.execPath, [join(import.meta.dirname, 'durable-server.mjs'), port, folder, mode], {
  detached: true,
  stdio: 'ignore',
});
writeFileSync(pidFile, String(server.pid));
server.unref();

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
