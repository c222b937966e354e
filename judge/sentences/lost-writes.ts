/** Sentences about resources that were acknowledged, and that nothing shows. */
import { answerWords, keyWords, name } from '../words.js';
import { about, type Scene, type Wording } from './scene.js';

export const lostWriteWordings: Record<string, Wording> = {
  'acknowledged-write-lost': (scene) => {
    const reading = scene.at('answered');
    const id = scene.text('resource');
    const status = scene.json('status');
    return about(scene, 'answered', {
      summary: `An acknowledged ${scene.noun} is lost.`,
      argument: [
        `${name(reading)} carried ${keyWords(reading)} and was answered ${answerWords(reading)}.`,
        `Two complete readings of the list at the end of the run, with no write in flight, do not show ${id}. They show most of what is older, and what is younger.`,
        ...(status === null ? [] : [`Reading ${id} by its id is answered ${status}.`]),
        `The same body under a new key, sent after that, is shown. The suite did not cancel ${id}.`,
        share(scene),
      ],
      expected: `${id}, in the list${status === null ? '' : ' or by its id'}`,
      observed: `${answerWords(reading)}, and no ${scene.noun} ${id}`,
    });
  },
};

/** How many are lost, and how they were asked for. */
function share(scene: Scene): string {
  const [lost, of, stormy, hungUp] = ['lost', 'of', 'stormy', 'hungUp'].map((member) => scene.data[member] as number);
  const ways = [
    ...(stormy === 0 ? [] : [`${stormy} in a storm`]),
    ...(hungUp === 0 ? [] : [`${hungUp} after a client had hung up`]),
  ];
  const how = ways.length === 0 ? '' : `, ${ways.join(' and ')}`;
  return `In the whole run ${lost} of ${of} acknowledged ${scene.plural} ${lost === 1 ? 'is' : 'are'} lost${how}.`;
}
