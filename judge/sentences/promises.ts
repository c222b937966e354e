/** Sentences about what a contract says of keyless requests, markers, headers and duplicates in flight. */
import { idPlaceWords } from '../../contracts/ids.js';
import { answered, answerWords, name } from '../words.js';
import { about, type Scene, type Wording } from './scene.js';

export const promiseWordings: Record<string, Wording> = {
  'keyless-accepted': (scene) =>
    about(scene, 'answered', {
      summary: 'A request without a key was accepted.',
      argument: [answered(scene.at('answered')), 'It carried no key, and the contract requires one.'],
      expected: 'a refusal',
    }),

  'keyless-joined-unreadably': (scene) =>
    about(scene, 'answered', {
      summary: 'A request without a key was joined to an equal one.',
      argument: [
        answered(scene.at('first')),
        `${name(scene.at('answered'))} carried the same body, and no key either. Its answer shows ${scene.at('first').id}, elsewhere than ${idPlaceWords(scene.contract.create.id)}: ${answerWords(scene.at('answered'))}.`,
      ],
      expected: `${scene.a} of its own`,
    }),

  'replay-unmarked': (scene) =>
    about(scene, 'answered', {
      summary: 'A replay does not carry the marker.',
      argument: [answered(scene.at('first')), answered(scene.at('answered')), marker(scene)],
      expected: markerOf(scene),
      observed: shownMarker(scene),
    }),

  'header-changed-in-replay': (scene) =>
    about(scene, 'answered', {
      summary: `A replay has another ${scene.text('subject')} than the first answer.`,
      argument: [answered(scene.at('first')), answered(scene.at('answered')), ...headers(scene)],
      expected: headerLine(scene, 'was'),
      observed: headerLine(scene, 'is'),
    }),

  'header-repeated-in-replay': (scene) =>
    about(scene, 'answered', {
      summary: `A replay repeats the ${scene.text('subject')} of the first answer.`,
      argument: [
        answered(scene.at('first')),
        answered(scene.at('answered')),
        ...headers(scene),
        'Other first answers have other values, so that this one belongs to the first request.',
      ],
      expected: `no ${scene.text('subject')}, or one of its own`,
      observed: headerLine(scene, 'is'),
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

/** A header as the first answer and the replay have it. */
function headers(scene: Scene): string[] {
  return [
    `The first answer has ${headerLine(scene, 'was')}; the replay has ${headerLine(scene, 'is')}.`,
    ...(scene.contract.replay.headers === null ? ['The contract says nothing of the headers of a replay.'] : []),
  ];
}

function headerLine(scene: Scene, role: 'was' | 'is'): string {
  const value = scene.json(role);
  return value === null ? `no ${scene.text('subject')}` : `${scene.text('subject')}: ${value}`;
}
