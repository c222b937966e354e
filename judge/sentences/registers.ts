/** Sentences about one key: second resources, joined requests, conflicts that no order explains, stuck keys. */
import { attemptsOf, writeOf } from '../../history/plan.js';
import type { Reading } from '../../history/reading.js';
import { answerWords, keyWords, name, timeWords } from '../words.js';
import { anotherBodyGets, bodiesWords, listed, othersOf } from './relations.js';
import { about, type Scene, type Wording } from './scene.js';

export const registerWordings: Record<string, Wording> = {
  'second-resource': (scene) => secondResource(scene, `A repeat under the same key made a second ${scene.noun}.`),

  'second-resource-for-another-body': (scene) =>
    secondResource(scene, `Another body under the same key made a second ${scene.noun}.`),

  'resource-of-another-request': (scene) => {
    const [own, astray, maker] = [scene.at('own'), scene.at('astray'), scene.at('maker')];
    const repeat = own.value === astray.value;
    return about(scene, 'astray', {
      summary: `A repeat was answered with the ${scene.noun} of another request.`,
      argument: withCircumstances(scene, [
        `${name(own)} carried ${keyWords(own)} and was answered ${answerWords(own)}.`,
        `${name(astray)} also carried ${keyWords(astray)} and was answered ${answerWords(astray)}, like ${name(maker)} with ${keyWords(maker)}.`,
      ]),
      expected: repeat ? String(own.id) : anotherBodyGets(scene.contract, own),
    });
  },

  'unrelated-requests-joined': (scene) => {
    const [a, b, own] = [scene.at('first'), scene.at('second'), scene.maybe('own')];
    const keys = [a, b].map(keyWords);
    const carried = keys[0] === keys[1] ? `${keys[0]} each` : `${keys[0]} and ${keys[1]}`;
    return about(scene, 'second', {
      summary: `Two unrelated requests returned the same ${scene.noun}.`,
      argument: withCircumstances(scene, [
        `${name(a)} and ${name(b)} carried ${carried}${credentials(a, b)}.`,
        own === undefined
          ? `Both were answered with ${a.id}. One of the two was never carried out, although its sender got a success.`
          : `Both were answered with ${a.id}, but ${name(own)} also carried ${keyWords(own)} and was answered ${answerWords(own)}.`,
      ]),
      expected: `another ${scene.noun} than ${a.id}`,
    });
  },

  'another-body-replayed': (scene) => {
    const [a, b] = [scene.at('first'), scene.at('second')];
    return about(scene, 'second', {
      summary: `Another body under the same key was answered with the first ${scene.noun}.`,
      argument: withCircumstances(scene, [
        `${name(a)} and ${name(b)} carried ${keyWords(a)} and different bodies${editWords(b, scene)}.`,
        `${name(a)} was answered ${answerWords(a)}, ${name(b)} ${answerWords(b)}.`,
        'One of the two bodies was never carried out, although its sender got a success.',
      ]),
      expected: scene.contract.conflict === null ? `a refusal, or ${scene.a} of its own` : 'a conflict',
    });
  },

  'another-body-accepted': (scene) => {
    const [a, b] = [scene.at('first'), scene.at('second')];
    return about(scene, 'second', {
      summary: 'Another body under the same key was accepted.',
      argument: withCircumstances(scene, [
        `${name(a)} and ${name(b)} carried ${keyWords(a)} and different bodies${editWords(b, scene)}.`,
        `${name(a)} was answered ${answerWords(a)}, ${name(b)} ${answerWords(b)}. Neither answer names ${scene.a}.`,
      ]),
      expected: scene.contract.conflict === null ? `a refusal, or ${scene.a} of its own` : 'a conflict',
    });
  },

  'conflict-for-winner': (scene) => {
    const [a, b] = [scene.at('first'), scene.at('second')];
    return about(scene, 'second', {
      summary: 'The body that holds the key was refused as a conflict.',
      argument: withCircumstances(scene, [
        `${name(a)} and ${name(b)} carried ${keyWords(a)} and ${bodiesWords(a, b)}.`,
        timeWords(a, b),
        `${name(a)} was answered ${answerWords(a)}, ${name(b)} ${answerWords(b)}. No order of them explains both.`,
      ]),
      expected: a.kind === 'ok' ? String(a.id) : `a conflict, as ${name(a)}`,
    });
  },

  'conflict-without-competitor': (scene) => {
    const [refused, related] = [scene.at('refused'), scene.maybe('related')];
    const others = othersOf(refused, scene.readings);
    const same = others.every(({ value }) => value === refused.value);
    return about(scene, 'refused', {
      summary:
        others.length === 0
          ? 'A request was refused as a conflict, but no other request had used its key.'
          : same
            ? 'A request was refused as a conflict, but no other body was sent under its key.'
            : 'A request was refused as a conflict, but no other body can have held its key.',
      argument: withCircumstances(scene, [
        `${name(refused)} carried ${keyWords(refused)} and was answered ${answerWords(refused)}.`,
        ...listed(others, refused),
        ...(related === undefined || others.includes(related)
          ? []
          : [`${name(related)}, sent before, carried ${keyWords(related)}${credentials(related, refused)}.`]),
        others.length === 0
          ? 'No other request under this key was sent before that answer.'
          : 'No request with another body that can have held this key was sent before that answer.',
      ]),
      expected: others.length === 0 ? `a new ${scene.noun}` : `no conflict: ${scene.a}`,
    });
  },

  'repeat-refused-without-first': (scene) => {
    const refused = scene.at('refused');
    const others = othersOf(refused, scene.readings);
    return about(scene, 'refused', {
      summary:
        others.length === 0
          ? 'A request was refused as a repeat, but no other request had used its key.'
          : 'A request was refused as a repeat, but none before it can have been carried out.',
      argument: withCircumstances(scene, [
        `${name(refused)} carried ${keyWords(refused)} and was answered ${answerWords(refused)}.`,
        ...listed(others, refused),
        `No other request that can have made the first ${scene.noun} was sent before that answer.`,
      ]),
      expected: `a new ${scene.noun}`,
    });
  },

  'incomplete-request-bound': (scene) =>
    requestBound(
      scene,
      'A request that was never complete bound the key.',
      'was given up before its last byte',
      'whole',
    ),

  'refused-request-bound': (scene) =>
    requestBound(
      scene,
      'A refused request bound the key.',
      `was refused: ${answerWords(scene.at('first'))}`,
      'corrected',
    ),

  'another-body-in-flight': (scene) =>
    inFlight(
      scene,
      'Another body under the same key was not refused with the contract’s conflict.',
      'the contract’s conflict',
    ),

  'in-flight-without-competitor': (scene) =>
    inFlight(scene, 'A request was refused as in flight, but nothing was running under its key.', 'a final answer'),

  'refused-otherwise-in-flight': (scene) => {
    const [holder, refused] = [scene.at('holder'), scene.at('answered')];
    const statuses = scene.contract.inFlight?.statuses.join(' or ');
    return about(scene, 'answered', {
      summary: 'A duplicate in flight was refused otherwise than the contract says.',
      argument: [
        `${name(holder)} and ${name(refused)} carried ${keyWords(refused)} and ${bodiesWords(holder, refused)}, and ran at the same time.`,
        `${name(holder)} was answered ${answerWords(holder)}, ${name(refused)} ${answerWords(refused)}.`,
      ],
      expected: `${holder.id}, or the contract’s refusal as in flight (${statuses})`,
    });
  },

  'key-stuck': (scene) => {
    const [reading, within] = [scene.at('answered'), scene.text('finalWithin')];
    return {
      summary: 'A key stays stuck: it never gets a final answer.',
      argument: [
        `${name(reading)} carried ${keyWords(reading)} and got no final answer: it was answered ${answerWords(reading)}.`,
        `Asked again at the end of the run, the key got no final answer either. The contract gives ${within} s.`,
      ],
      expected: `a final answer within ${within} s`,
      observed: answerWords(reading),
      illegal: scene.index('answered'),
    };
  },
};

function secondResource(scene: Scene, summary: string) {
  const [a, b] = [scene.at('first'), scene.at('second')];
  const repeats = scene.data.repeats as number;
  return about(scene, 'second', {
    summary,
    argument: withCircumstances(scene, [
      `${name(a)} and ${name(b)} carried ${keyWords(a)} and ${bodiesWords(a, b)}${editWords(b, scene)}.`,
      timeWords(a, b),
      ...(repeats > 0
        ? [`${repeats === 1 ? 'An earlier repeat was' : `${repeats} earlier repeats were`} answered with ${a.id}.`]
        : []),
      `${name(a)} was answered ${answerWords(a)}, ${name(b)} ${answerWords(b)}. No order of them explains both: a key stands for one ${scene.noun}.`,
    ]),
    expected:
      a.value === b.value ? String(a.id) : scene.contract.conflict === null ? `a refusal, or ${a.id}` : 'a conflict',
  });
}

function requestBound(scene: Scene, summary: string, fate: string, body: string) {
  const [a, b] = [scene.at('first'), scene.at('second')];
  return about(scene, 'second', {
    summary,
    argument: withCircumstances(scene, [
      `${name(a)} carried ${keyWords(a)} and ${fate}.`,
      `${name(b)} carried the same key with the ${body} body and was answered ${answerWords(b)}.`,
      `Nothing but ${name(a)} can have bound the key.`,
    ]),
    expected: `a new ${scene.noun}`,
  });
}

function inFlight(scene: Scene, summary: string, expected: string) {
  const [refused, holder] = [scene.at('refused'), scene.maybe('holder')];
  return about(scene, 'refused', {
    summary,
    argument: withCircumstances(scene, [
      `${name(refused)} carried ${keyWords(refused)} and was answered ${answerWords(refused)}.`,
      holder === undefined
        ? 'No other request under this key can have been running.'
        : `${name(holder)} held the key and was answered ${answerWords(holder)} before ${name(refused)} was sent.`,
    ]),
    expected,
  });
}

/** Circumstances stand before the last sentence, which concludes. */
function withCircumstances(scene: Scene, argument: string[]): string[] {
  return [...argument.slice(0, -1), ...scene.circumstances(), ...argument.slice(-1)];
}

function editWords(b: Reading, { plan }: Scene): string {
  const edit = writeOf(attemptsOf(plan)[b.exchange.attempt])?.body.edit;
  return edit === undefined ? '' : ` (${edit.name} at ${edit.pointer === '' ? 'the top' : edit.pointer})`;
}

function credentials(a: Reading, b: Reading): string {
  const [first, second] = [a.exchange.credential, b.exchange.credential];
  return first === second ? '' : `, ${name(a)} with the ${first} API key and ${name(b)} with the ${second}`;
}
