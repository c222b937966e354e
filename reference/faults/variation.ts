/** The form of a permitted variation. */
import type { Deviation } from '../server/behaviour.js';
import type { Fault } from './fault.js';

export function variation(
  name: string,
  sentence: string,
  deviation: Deviation,
  applies: Fault['applies'] = () => true,
): Fault {
  return { name, sentence, kind: 'variation', breaks: [], applies, deviation };
}
