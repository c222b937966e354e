/** Four ways to send equal requests at the same time: ours over both protocols, and what people write by hand. */
import { setMaxListeners } from 'node:events';
import { Pool } from 'undici';
import { Connections, type ConnectOptions, Lines, type Transport } from '../client/connect.js';
import { Gate } from '../client/gate.js';

export interface Sender {
  name: string;
  /** Sends a body so many times and waits for the answers. */
  storm(body: string, width: number): Promise<void>;
  close(): Promise<void>;
}

const connect: ConnectOptions = { timeoutMs: 10_000 };
const signal = new AbortController().signal;
// Every request of every sender listens to it.
setMaxListeners(0, signal);

function ours(origin: string, transport: Transport): Sender {
  const connections = new Connections(origin, connect, transport);
  const lines = new Lines([connections]);
  const clock = () => performance.now();
  return {
    name: transport === 'h2' ? 'ours, h2c' : 'ours, HTTP/1.1',
    async storm(body, width) {
      const gate = new Gate(width, 5_000);
      const request = { method: 'POST', path: '/', headers: [], body: Buffer.from(body), chunked: false };
      const options = { timeoutMs: connect.timeoutMs, clock, signal, gate };
      const sent = Array.from({ length: width }, (_, place) => lines.at(0, place).send(request, options));
      for (const { outcome } of await Promise.all(sent)) {
        if (outcome.kind !== 'answer' || outcome.status !== 200) throw new Error(JSON.stringify(outcome));
      }
    },
    close: () => connections.close(),
  };
}

function globalFetch(origin: string): Sender {
  return {
    name: 'fetch',
    async storm(body, width) {
      const send = async () => (await fetch(origin, { method: 'POST', body })).text();
      await Promise.all(Array.from({ length: width }, send));
    },
    close: async () => {},
  };
}

function warmPool(origin: string): Sender {
  const pool = new Pool(origin, { connections: 30 });
  return {
    name: 'undici pool, warm',
    async storm(body, width) {
      const send = async () => (await pool.request({ method: 'POST', path: '/', body })).body.text();
      await Promise.all(Array.from({ length: width }, send));
    },
    close: () => pool.close(),
  };
}

export function sendersFor(origin: string): Sender[] {
  return [globalFetch(origin), warmPool(origin), ours(origin, 'h1'), ours(origin, 'h2')];
}
