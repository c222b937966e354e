/** Takes away what set-up steps made, the newest first, as far as the contract says how. */
import type { Preparation, ToCleanUp } from '../client/preparation.js';
import { atTheEnd, type Ending } from './last-client.js';

/** Requests without an answer after which the target counts as gone. */
const MOST_SILENT = 3;

/** @param stays called with what is still there, and why */
export async function cleanUp(
  preparation: Preparation,
  parallel: number,
  ending: Ending,
  stays: (what: string, why: string) => void,
): Promise<void> {
  const left = preparation.made.splice(0);
  if (left.length === 0) return;
  try {
    await atTheEnd(ending, async (client) => {
      await client.open();
      let silent = 0;
      const work = async () => {
        for (let one = left.at(-1); one !== undefined && silent < MOST_SILENT; one = left.at(-1)) {
          left.pop();
          try {
            const { outcome } = await client.preparer.send(one.request, one.credential, 0);
            silent = outcome.kind === 'answer' ? 0 : silent + 1;
            const why = outcome.kind === 'answer' ? whyLeft(outcome.status) : 'was not answered';
            if (why !== null) stays(one.request.path, `${one.request.method} ${why}`);
          } catch (error) {
            left.push(one);
            throw error;
          }
        }
      };
      const works = Array.from({ length: parallel }, work);
      await Promise.allSettled(works);
      await Promise.all(works);
    });
  } finally {
    for (const { request } of left as ToCleanUp[]) stays(request.path, 'there was no time to clean it up');
  }
}

/** Why it is not gone; `null` where it is. */
function whyLeft(status: number): string | null {
  return status < 300 || status === 404 || status === 410 ? null : `was answered ${status}`;
}
