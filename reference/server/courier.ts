/** Sends deliveries to loopback addresses. */
import type { LookupFunction } from 'node:net';
import { Agent } from 'undici';
import { isLoopback } from '../../contracts/loopback.js';

const longestWaitMs = 30_000;

export interface Courier {
  /** Whether the receiver took it: a 2xx in time. Redirects are not followed. */
  post(url: string, headers: Record<string, string>, body: string, timeoutMs: number | null): Promise<boolean>;
  /** Ends every delivery that is under way. */
  close(): Promise<void>;
}

export function createCourier(): Courier {
  const agent = new Agent({
    // A connection that the receiver has closed in the meantime would look like a failed delivery.
    pipelining: 0,
    connect: { lookup: onlyLoopback, timeout: longestWaitMs },
    headersTimeout: longestWaitMs,
    bodyTimeout: longestWaitMs,
  });
  return {
    async post(url, headers, body, timeoutMs) {
      if (!isLoopback(url)) return false;
      try {
        const { origin, pathname, search } = new URL(url);
        const signal = timeoutMs === null ? null : AbortSignal.timeout(timeoutMs);
        const answer = await agent.request({ origin, path: pathname + search, method: 'POST', headers, body, signal });
        // Only its status counts, so the rest is not waited for.
        answer.body.dump().catch(() => {});
        return answer.statusCode >= 200 && answer.statusCode < 300;
      } catch {
        return false;
      }
    },
    close: () => agent.destroy(),
  };
}

/** The only name that is ever looked up is localhost, whatever a resolver takes it for. */
const onlyLoopback: LookupFunction = (_name, { all }, done) => {
  if (all) done(null, [address(4), address(6)]);
  else done(null, address(4).address, 4);
};

function address(family: 4 | 6): { address: string; family: number } {
  return { address: family === 4 ? '127.0.0.1' : '::1', family };
}
