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

  'fewer-resources': (scene) => {
    const requests = scene.list('requests');
    const resources = scene.data.resources as string[];
    const [wanted, found] = [requests, resources].map(
      ({ length }) => `${length} ${length === 1 ? scene.noun : scene.plural}`,
    );
    return {
      summary: `The requests made fewer ${scene.plural} than were acknowledged.`,
      argument: [
        `${requests.map(name).join(', ')} ${requests.length === 1 ? 'was' : 'were'} sent for one operation, each as a request of its own: ${[...new Set(requests.map(keyWords))].join(' and ')}.`,
        ...requests.slice(0, 6).map((x) => `${name(x)} was answered ${answerWords(x)}.`),
        `The list, read to its end with no write in flight, shows ${resources.length === 0 ? 'none of them' : `only ${resources.join(', ')}`}. The same body under a new key, sent after that, is shown.`,
      ],
      expected: wanted as string,
      observed: found as string,
      illegal: null,
    };
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
