/** Sentences about what a register answers for good after an unknown outcome. */
import { answerWords, keyWords, name } from '../words.js';
import type { Scene, Wording } from './scene.js';

export const afterUnknownWordings: Record<string, Wording> = {
  'committed-then-refused': (scene) => {
    const resources = (scene.json('resources') as string[]).join(', ');
    return ending(scene, {
      summary: `A request made ${scene.a} that its sender can never learn of: every retry is refused.`,
      argument: [`The list shows what it made: ${resources}.`],
      expected: `${resources}, or an answer that points at it`,
    });
  },

  'key-burnt': (scene) =>
    ending(scene, {
      summary: 'A request failed without effect, and its key is refused from then on.',
      argument: [`The list shows no ${scene.noun} of it, long after the last answer.`],
      expected: `a new ${scene.noun}`,
    }),

  'server-error-stored': (scene) =>
    ending(scene, {
      summary: 'A server error is stored: every retry is answered with it.',
      argument: [],
      expected: `a ${scene.noun}`,
    }),
};

function ending(scene: Scene, said: { summary: string; argument: string[]; expected: string }) {
  const [unknown, last] = [scene.at('unknown'), scene.at('answered')];
  const answers = scene.index('answered');
  return {
    summary: said.summary,
    argument: [
      `${name(unknown)} carried ${keyWords(unknown)} and was answered ${answerWords(unknown)}: whether it was carried out is unknown to its sender.`,
      `The same request was sent again until ${scene.text('seconds')} s later, ${answers} times in this case, and was answered ${answerWords(last)}.`,
      ...said.argument,
    ],
    expected: `${name(last)}: ${said.expected}`,
    observed: answerWords(last),
    illegal: answers,
  };
}
