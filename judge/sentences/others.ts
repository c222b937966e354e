/** Sentences about what lies beside the write: effects, other plans, other endpoints, uploads, webhooks. */
import { at } from '../../contracts/pointer.js';
import { NOT_WAITED_FOR } from '../../history/history.js';
import { attemptsOf, type FileUse, fileUseOf } from '../../history/plan.js';
import type { Reading } from '../../history/reading.js';
import { overlapped } from '../times.js';
import { answerWords, keyWords, name } from '../words.js';
import { about, type Scene, type Wording } from './scene.js';

export const otherWordings: Record<string, Wording> = {
  'hang-up-takes-target-down': (scene) => down(scene, 'A client that hangs up takes the server down.'),

  'request-takes-target-down': (scene) => down(scene, 'A request takes the server down.'),

  'too-many-resources': (scene) => {
    const requests = scene.list('requests');
    const [resources, unnamed] = [scene.data.resources as string[], scene.data.unnamed as string[]];
    const allowed = scene.data.allowed as number;
    const [first] = requests as [Reading];
    return {
      summary: `The requests made more ${scene.plural} than allowed.`,
      argument: [
        `${requests.map(name).join(', ')} ${requests.length === 1 ? 'was' : 'were'} sent for one operation, with ${[...new Set(requests.map(keyWords))].join(' and ')}.`,
        ...requests.slice(0, 6).map((x) => `${name(x)} was answered ${answerWords(x)}.`),
        `These exist: ${resources.join(', ')}.${unnamed.length > 0 ? ` No answer ever named ${unnamed.join(', ')}.` : ''}`,
      ],
      expected: `${allowed} ${allowed === 1 ? scene.noun : scene.plural} for ${name(first)} and its repeats`,
      observed: `${resources.length} ${resources.length === 1 ? scene.noun : scene.plural}: ${resources.join(', ')}`,
      illegal: null,
    };
  },

  'too-many-counted': (scene) => {
    const requests = scene.list('requests');
    const [counted, allowed] = [scene.data.counted as number, scene.data.allowed as number];
    const [first] = requests as [Reading];
    return {
      summary: `The requests made more ${scene.plural} than allowed.`,
      argument: [
        `${requests.map(name).join(', ')} ${requests.length === 1 ? 'was' : 'were'} sent with nothing else under way, with ${[...new Set(requests.map(keyWords))].join(' and ')}.`,
        ...requests.slice(0, 6).map((x) => `${name(x)} was answered ${answerWords(x)}.`),
        `Meanwhile the number of ${scene.plural} grew by ${counted}.`,
      ],
      expected: `at most ${allowed} ${allowed === 1 ? scene.noun : scene.plural} for ${name(first)} and all that was sent with it`,
      observed: `${counted} ${counted === 1 ? scene.noun : scene.plural}`,
      illegal: null,
    };
  },

  'joined-with-another-plan': (scene) => {
    const reading = scene.at('answered');
    return about(scene, 'answered', {
      summary: `A request was answered with the ${scene.noun} of a request that shares neither key nor body with it.`,
      argument: [
        `${name(reading)} carried ${keyWords(reading)} and a body that no other plan sends.`,
        `It was answered ${answerWords(reading)}, which a request of an earlier plan had been answered before.`,
      ],
      expected: `a new ${scene.noun}`,
    });
  },

  'endpoints-share-a-key': (scene) => {
    const [create, reading] = [scene.at('create'), scene.at('answered')];
    return {
      summary: 'Two endpoints share a key: one answered with the resource of the other.',
      argument: [
        `${name(create)} and ${name(reading)} went to two endpoints with ${keyWords(reading)}.`,
        `Both were answered with ${create.id ?? reading.id}. One of the two was never carried out, although its sender got a success.`,
      ],
      expected: `another resource than ${create.id ?? reading.id}`,
      observed: answerWords(reading),
      illegal: scene.index('answered'),
    };
  },

  'conflict-at-another-endpoint': (scene) => {
    const [reading, before] = [scene.at('answered'), scene.maybe('before')];
    return about(scene, 'answered', {
      summary: 'An endpoint that takes no key answered with the key’s conflict.',
      argument: [
        `${name(reading)} carried ${keyWords(reading)} to ${reading.exchange.request.url} and was answered ${answerWords(reading)}.`,
        ...(before === undefined
          ? []
          : [
              `${name(before)} had sent the same key to ${before.exchange.request.url}, and was answered ${answerWords(before)}.`,
            ]),
      ],
      expected: 'an answer that does not depend on the key',
    });
  },

  'another-endpoint-joins-bodies': (scene) => {
    const [first, reading] = [scene.at('first'), scene.at('answered')];
    return about(scene, 'answered', {
      summary: 'An endpoint that takes no key gave another body the answer of the first.',
      argument: [
        `${name(first)} and ${name(reading)} carried ${keyWords(reading)} to ${reading.exchange.request.url}, with different bodies.`,
        `Both were answered with ${reading.id}.`,
      ],
      expected: `another resource than ${first.id}`,
    });
  },

  'same-bytes-two-files': (scene) => {
    const { id } = scene.at('first');
    return twoUploads(scene, 'The same bytes were stored as two files.', 'the same bytes', String(id));
  },

  'other-bytes-same-file': (scene) =>
    twoUploads(
      scene,
      'Different bytes were stored as the same file.',
      `different bytes${endings(fileOf(scene, 'first'), fileOf(scene, 'second'))}`,
      `another file than ${scene.at('first').id}`,
    ),

  'new-bytes-called-known': (scene) => {
    const { duplicate } = uploadRules(scene);
    return flagged(
      scene,
      `Bytes that were never uploaded before are answered with ${duplicate}: true.`,
      `${name(scene.at('answered'))} uploaded bytes that had never been sent before.`,
      `${duplicate}: false`,
    );
  },

  'known-bytes-called-new': (scene) => {
    const [{ duplicate }, known] = [uploadRules(scene), scene.at('known')];
    return flagged(
      scene,
      `Bytes that were uploaded before are not answered with ${duplicate}: true.`,
      `${name(known)} had uploaded the same bytes and was answered ${answerWords(known)}.`,
      `${duplicate}: true`,
    );
  },

  'insecure-callback-accepted': (scene) => {
    const reading = scene.at('answered');
    return {
      summary: 'A callback URL without HTTPS was accepted.',
      argument: [
        `${name(reading)} named ${scene.text('url')} as its receiver and was answered ${answerWords(reading)}.`,
      ],
      expected: 'a refusal by validation',
      observed: answerWords(reading),
      illegal: scene.index('answered'),
    };
  },

  'second-event': (scene) =>
    secondEvent(scene, `One ${scene.noun} has two events that say it is finished.`, 'one event'),

  'redelivered-under-another-id': (scene) =>
    secondEvent(scene, 'A delivery came again under another event id.', `${scene.text('event')} again`),

  'not-redelivered': (scene) => ({
    summary: 'A delivery that was not acknowledged did not come again.',
    argument: [
      `A delivery about ${scene.text('resource')} carried the event ${scene.text('event')} and was answered ${scene.text('answered')}.`,
      `It did not come again within ${scene.text('within')} s; the contract says after ${scene.contract.webhooks?.retries.join(', ')} s.`,
    ],
    expected: `${scene.text('event')} again`,
    observed: 'nothing',
    illegal: null,
  }),

  'wrong-signature': (scene) => signature(scene, 'The signature of a delivery is wrong.', 'wrong'),

  'missing-signature': (scene) => signature(scene, 'A delivery carries no signature.', 'missing'),

  'stale-timestamp': (scene) => {
    const age = scene.json('age');
    return {
      summary: 'The timestamp of a delivery is not fresh.',
      argument: [
        `The event ${scene.text('event')} about ${scene.text('resource')} carried a timestamp ${age === null ? 'that is not a number of seconds' : `${age} s away from its arrival`}.`,
      ],
      expected: `at most ${scene.contract.webhooks?.signature?.tolerance} s`,
      observed: age === null ? 'not a number' : `${age} s`,
      illegal: null,
    };
  },

  'event-id-shared': (scene) => ({
    summary: `Events of two ${scene.plural} carry one event id.`,
    argument: [
      `Deliveries about ${scene.text('first')} and about ${scene.text('second')} both carried the event ${scene.text('event')}.`,
      'A receiver that recognises deliveries by their event id drops one of them.',
    ],
    expected: `an event id of its own for each ${scene.noun}`,
    observed: scene.text('event'),
    illegal: null,
  }),
};

function twoUploads(scene: Scene, summary: string, bytes: string, expected: string) {
  const [a, b] = [scene.at('first'), scene.at('second')];
  const names = fileOf(scene, 'first').name === fileOf(scene, 'second').name ? 'the same name' : 'different names';
  return about(scene, 'second', {
    summary,
    argument: [
      `${name(a)} and ${name(b)} uploaded ${bytes} under ${names}${overlapped(a, b) ? ', at the same time' : ''}.`,
      `${name(a)} was answered ${answerWords(a)}, ${name(b)} ${answerWords(b)}.`,
    ],
    expected,
  });
}

/** The target answered nothing more, twice. */
function down(scene: Scene, summary: string) {
  const request = scene.at('request');
  return {
    summary,
    argument: [
      `${name(request)} carried ${keyWords(request)} and was answered ${answerWords(request)}.`,
      `The target did not answer after it the first time (${scene.text('before')}), came back, and did not answer after it the second time.`,
    ],
    expected: 'a target that goes on answering',
    observed: scene.text('said'),
    illegal: scene.index('request'),
  };
}

/** The member that says whether the bytes were known. */
function flagged(scene: Scene, summary: string, why: string, expected: string) {
  const [reading, { duplicate }] = [scene.at('answered'), uploadRules(scene)];
  const said = `${duplicate}: ${JSON.stringify(at(reading.json, duplicate) ?? null)}`;
  return {
    summary,
    argument: [why, `${name(reading)} was answered ${said}.`],
    expected,
    observed: said,
    illegal: scene.index('answered'),
  };
}

function uploadRules({ contract }: Scene): { duplicate: string } {
  return contract.uploads ?? { duplicate: '' };
}

function fileOf(scene: Scene, role: string): FileUse {
  return fileUseOf(attemptsOf(scene.plan)[scene.at(role).exchange.attempt]) as FileUse;
}

/** In what two files differ that are the same up to what follows their end. */
function endings(a: FileUse, b: FileUse): string {
  if (a.type !== b.type || a.content !== b.content) return '';
  const [one, other] = [a.ending ?? '', b.ending ?? ''].map((ending) => Buffer.byteLength(ending));
  if (one === other) return ` (equal but for the last ${one === 1 ? 'byte' : `${one} bytes`})`;
  return ' (equal, but one is longer at its end)';
}

function secondEvent(scene: Scene, summary: string, expected: string) {
  const [event, second, seconds] = [scene.text('event'), scene.text('second'), scene.data.seconds as number];
  return {
    summary,
    argument: [
      `A delivery about ${scene.text('resource')} carried the event ${event} and was ${deliveryAnswer(scene)}.`,
      `${seconds.toFixed(2)} s later one about the same ${scene.noun} carried ${second}.`,
      'A receiver that recognises deliveries by their event id does its work twice.',
    ],
    expected,
    observed: `${event}, then ${second}`,
    illegal: null,
  };
}

function deliveryAnswer(scene: Scene): string {
  const answered = scene.json('answered');
  return answered === NOT_WAITED_FOR ? 'not answered before its sender hung up' : `answered ${answered}`;
}

function signature(scene: Scene, summary: string, observed: string) {
  const rules = scene.contract.webhooks?.signature ?? { header: '', prefix: '' };
  return {
    summary,
    argument: [
      `The event ${scene.text('event')} about ${scene.text('resource')} was checked against HMAC-SHA256 over the timestamp, a full stop and the raw body, with the signing secret given.`,
    ],
    expected: `${rules.header}: ${rules.prefix}…`,
    observed,
    illegal: null,
  };
}
