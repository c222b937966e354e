/** Sentences about what a contract says of keyless requests, of the marker and of duplicates in flight. */
import { answered, answerWords, name } from '../words.js';
import { about, type Scene, type Wording } from './scene.js';

export const promiseWordings: Record<string, Wording> = {
  'keyless-accepted': (scene) =>
    about(scene, 'answered', {
      summary: 'A request without a key was accepted.',
      argument: [answered(scene.at('answered')), 'It carried no key, and the contract requires one.'],
      expected: 'a refusal',
    }),

  'replay-unmarked': (scene) =>
    about(scene, 'answered', {
      summary: 'A replay does not carry the marker.',
      argument: [answered(scene.at('first')), answered(scene.at('answered')), marker(scene)],
      expected: markerOf(scene),
      observed: shownMarker(scene),
    }),

  'first-marked': (scene) =>
    about(scene, 'answered', {
      summary: 'A first answer carries the marker of a replay.',
      argument: [answered(scene.at('answered')), 'Nothing was sent under its key before.', marker(scene)],
      expected: 'no marker',
      observed: shownMarker(scene),
    }),

  'refused-in-flight': (scene) =>
    about(scene, 'answered', {
      summary: 'A duplicate in flight was refused.',
      argument: [answered(scene.at('answered')), 'The contract says that such a duplicate waits for the first answer.'],
      expected: `the ${scene.noun}, after a wait`,
    }),

  'held-back-in-flight': (scene) =>
    about(scene, 'answered', {
      summary: 'A duplicate in flight was held back until its request had ended.',
      argument: [
        answered(scene.at('first')),
        `${name(scene.at('answered'))} was sent while that one ran, and answered only afterwards: ${answerWords(scene.at('answered'))}.`,
        'The contract says that such a duplicate is refused.',
      ],
      expected: 'a refusal as in flight',
    }),
};

/** How the contract marks a replay. */
function markerOf({ contract }: Scene): string {
  const { marker } = contract.replay;
  return `${marker?.header}: ${marker?.value ?? 'any value'}`;
}

function marker(scene: Scene): string {
  return `The contract marks replays with ${markerOf(scene)}.`;
}

function shownMarker(scene: Scene): string {
  const shown = scene.json('shown');
  return `${scene.contract.replay.marker?.header}: ${shown === null ? 'not sent' : shown}`;
}
