/** Sentences about single answers, and answers held to an earlier one: schemas, errors, refusals, replays, keys. */

import type { Json } from '../../contracts/contract.js';
import { idPlaceWords } from '../../contracts/ids.js';
import { at } from '../../contracts/pointer.js';
import { toldWords } from '../../contracts/refusals.js';
import type { Reading } from '../../history/reading.js';
import { answered, answerWords, contentWords, excerpt, keyWords, name } from '../words.js';
import { bodiesWords, heldWords } from './relations.js';
import { about, type Scene, type Wording } from './scene.js';

export const answerWordings: Record<string, Wording> = {
  'success-without-json': (scene) =>
    badSuccess(
      scene,
      'A success carries no JSON.',
      scene.data.truncated === true ? 'It is longer than 1 MiB and was cut.' : 'The body is not JSON.',
    ),

  'success-without-id': (scene) =>
    badSuccess(
      scene,
      'A success carries no id.',
      `There is no id ${idPlaceWords(scene.contract.create.id)}, so that it does not say which ${scene.noun} it is. ${contentWords(scene.at('answered').json)}`,
    ),

  'success-with-another-status': (scene) =>
    badSuccess(
      scene,
      `A success has the status ${scene.text('subject')}.`,
      `The contract allows ${scene.contract.create.success.join(', ')}.`,
    ),

  'schema-refuses-resource': (scene) =>
    badSuccess(scene, `A success carries ${scene.a} that the schema refuses.`, problems(scene)),

  'error-without-envelope': (scene) => ({
    summary: `A ${scene.text('subject')} comes without the error envelope.`,
    argument: [answered(scene.at('answered')), problems(scene)],
    expected: 'an error that the error schema accepts',
    observed: bodyOf(scene.at('answered')),
    illegal: scene.index('answered'),
  }),

  'other-media-type': (scene) => ({
    summary: `A ${scene.text('subject')} has another media type than the contract says.`,
    argument: [
      answered(scene.at('answered')),
      scene.data.mediaType === null ? 'It has no Content-Type.' : `Its Content-Type is ${scene.text('mediaType')}.`,
    ],
    expected: `Content-Type: ${scene.text('expected')}`,
    observed: scene.data.mediaType === null ? 'no Content-Type' : `Content-Type: ${scene.text('mediaType')}`,
    illegal: scene.index('answered'),
  }),

  'server-error': (scene) => {
    const [reading, holder] = [scene.at('answered'), scene.maybe('holder')];
    return {
      summary: `A valid request was answered ${scene.text('subject')}.`,
      argument: [
        `${name(reading)} carried ${keyWords(reading)} and was answered ${answerWords(reading)}.`,
        ...(holder === undefined ? [] : [heldWords(holder, reading)]),
      ],
      expected: 'no server error',
      observed: answerWords(reading),
      illegal: scene.index('answered'),
    };
  },

  'key-not-a-string-breaks-server': (scene) =>
    about(scene, 'answered', {
      summary: 'A key that is not a string broke the server.',
      argument: [
        `${name(scene.at('answered'))} carried a key that is not a string and was answered ${answerWords(scene.at('answered'))}.`,
      ],
      expected: 'a refusal by validation',
    }),

  'key-not-a-string-accepted': (scene) =>
    about(scene, 'answered', {
      summary: 'A key that is not a string was accepted.',
      argument: [
        `${name(scene.at('answered'))} carried the key ${JSON.stringify(scene.json('key'))} and was answered ${answerWords(scene.at('answered'))}.`,
      ],
      expected: 'a refusal by validation',
    }),

  'blank-key-joins-bodies': (scene) => {
    const [a, b] = [scene.at('first'), scene.at('second')];
    return about(scene, 'second', {
      summary: 'A blank key joined different bodies.',
      argument: [
        `${name(a)} and ${name(b)} carried ${keyWords(a)} and different bodies.`,
        `Both were answered with ${a.id}. The blank key ${JSON.stringify(scene.text('key'))} must be used, ignored or rejected.`,
      ],
      expected: `${scene.contract.conflict === null ? '' : 'a conflict, '}${scene.a} of its own, or a refusal`,
    });
  },

  'missing-key-is-a-key': (scene) => {
    const [a, b] = [scene.at('first'), scene.at('second')];
    return about(scene, 'second', {
      summary: 'A key header without a value was taken for a key.',
      argument: [
        `${name(a)} and ${name(b)} carried the header of the key without a value, and equal bodies.`,
        `Both were answered with ${a.id}. All who send no value share that key.`,
      ],
      expected: `${scene.a} of its own, or a refusal`,
    });
  },

  'blank-key-used-two-ways': (scene) => {
    const requests = scene.list('requests');
    return {
      summary: 'A blank key is used in one request and ignored in another.',
      argument: [
        `${answers(requests)}.`,
        `If ${JSON.stringify(scene.text('key'))} were used, there would be one ${scene.noun}; if it were ignored, nothing would be joined or refused.`,
      ],
      expected: 'the same way each time',
      observed: requests.map(answerWords).join(', '),
      illegal: null,
    };
  },

  'blank-key-changes-way': (scene) => ({
    summary: 'A blank key is handled one way at one time and another way at another.',
    argument: [
      `The key ${JSON.stringify(scene.text('key'))} was ${scene.text('before')} before.`,
      `Here it is ${scene.text('way')}: ${answers(scene.list('requests'))}.`,
    ],
    expected: `${scene.text('before')}, each time`,
    observed: scene.text('way'),
    illegal: null,
  }),

  'rewrite-decided-two-ways': (scene) => {
    const reading = scene.at('answered');
    return {
      summary: 'The same kind of rewrite is decided in two ways.',
      argument: [
        `${name(reading)} carried ${keyWords(reading)} and the first body rewritten: ${scene.text('rewrite')}. It was answered ${answerWords(reading)}.`,
        `With other bodies the same rewrite ${scene.text('before')} before.`,
      ],
      expected: scene.text('before'),
      observed: scene.text('decision'),
      illegal: null,
    };
  },

  'repeat-refused': (scene) => {
    const [holder, reading] = [scene.at('holder'), scene.at('answered')];
    return about(scene, 'answered', {
      summary: 'A repeat under the same key was refused.',
      argument: [
        `${name(holder)} and ${name(reading)} carried ${keyWords(reading)} and ${bodiesWords(holder, reading)}.`,
        ...scene.circumstances(),
        `${name(holder)} was answered ${answerWords(holder)}, ${name(reading)} ${answerWords(reading)}.`,
      ],
      expected: String(holder.id),
    });
  },

  'immutable-member-changed': (scene) =>
    otherMember(scene, `A replay changed ${scene.text('subject') || 'the body'}, which is immutable.`),

  'another-status-than-a-replay': (scene) =>
    about(scene, 'answered', {
      summary: 'A repeat was answered with the status of a first success.',
      argument: [answered(scene.at('first')), answered(scene.at('answered'))],
      expected: `a replay with status ${scene.contract.replay.statuses.join(', ')}`,
    }),

  'echo-differs': (scene) => otherMember(scene, 'A replay does not echo the first request.'),

  'resource-not-found': (scene) => {
    const [reading, maker] = [scene.at('answered'), scene.maybe('maker')];
    return {
      summary: `An acknowledged ${scene.noun} cannot be found.`,
      argument: [
        ...(maker === undefined ? [] : [answered(maker)]),
        `${name(reading)} asked for it and was answered ${answerWords(reading)}, also when asked again.`,
      ],
      expected: `200 with ${scene.text('resource')}`,
      observed: answerWords(reading),
      illegal: scene.index('answered'),
    };
  },

  'refused-without-the-conflict': (scene) => {
    const valid = scene.at('valid');
    return notTheConflict(
      scene,
      'Another body under the same key was refused, but not with the contract’s conflict.',
      `The body is valid: ${name(valid)} carried it under ${keyWords(valid)} and was answered ${answerWords(valid)}.`,
      answerWords(scene.at('answered')),
    );
  },

  'conflict-without-envelope': (scene) =>
    notTheConflict(
      scene,
      'A conflict comes without the error envelope.',
      problems(scene),
      bodyOf(scene.at('answered')),
    ),

  'conflict-shows-first-body': (scene) =>
    notTheConflict(
      scene,
      'A conflict shows something of the first request’s body.',
      `It holds ${JSON.stringify(excerpt(scene.text('shown')))}, which only ${name(scene.at('holder'))} had sent.`,
      bodyOf(scene.at('answered')),
    ),

  'request-id-repeated': (scene) => {
    const [first, reading] = [scene.maybe('first'), scene.at('answered')];
    const id = scene.text('requestId');
    return {
      summary: 'Two answers carry the same request id.',
      argument:
        first === undefined
          ? [`${name(reading)} was answered with the request id ${id}, which an earlier answer had carried.`]
          : [
              `${name(first)} and ${name(reading)} were answered with the request id ${id}.`,
              'So it does not say which of the two is meant.',
            ],
      expected: 'a request id that is new',
      observed: id,
      illegal: scene.index('answered'),
    };
  },

  'request-id-differs-from-header': (scene) => {
    const [reading, header] = [scene.at('answered'), scene.json('header')];
    const rule = scene.contract.errors.requestId ?? { pointer: '', header: '' };
    return {
      summary: 'The request id in the error differs from the one in the header.',
      argument: [
        `${answered(reading)} It holds ${JSON.stringify(scene.text('inside'))} at ${rule.pointer}.`,
        header === null
          ? `There is no header ${rule.header}.`
          : `The header ${rule.header} says ${JSON.stringify(header)}.`,
      ],
      expected: `${rule.header}: ${scene.text('inside')}`,
      observed: header === null ? 'no header' : String(header),
      illegal: scene.index('answered'),
    };
  },

  'refused-for-the-header': (scene) => {
    const [reading, without] = [scene.at('answered'), scene.at('without')];
    return {
      summary: 'A request was refused because of a header that means nothing here.',
      argument: [
        `${name(reading)} carried ${keyWords(reading)} and the header Idempotency-Key, and was answered ${answerWords(reading)}.`,
        `${name(without)}, without the header, was answered ${answerWords(without)}.`,
      ],
      expected: 'an answer as without the header',
      observed: answerWords(reading),
      illegal: scene.index('answered'),
    };
  },

  'accepted-without-credential': (scene) => {
    const known = scene.maybe('known');
    return withoutCredential(
      scene,
      'A request without a valid API key was not refused for it.',
      known === undefined ? 'It must be refused.' : `${name(known)} had bound the key before, with a valid one.`,
    );
  },

  'authentication-refusal-without-envelope': (scene) =>
    withoutCredential(
      scene,
      'A refusal for authentication comes without the error envelope.',
      'The error schema does not accept it.',
    ),

  'authentication-refusal-with-another-code': (scene) => {
    const { authentication } = scene.contract.errors;
    return withoutCredential(
      scene,
      `A refusal for authentication has another ${authentication?.header == null ? 'code' : 'code or header'} than the contract says.`,
      `The contract says ${toldWords(authentication ?? { code: null, header: null })}.`,
    );
  },

  'wrong-body-accepted': (scene) => {
    const reading = scene.at('answered');
    return about(scene, 'answered', {
      summary: `A wrong body (${scene.text('subject')}) was not refused.`,
      argument: [
        `${name(reading)} carried a body that is wrong: ${scene.text('subject')}. It was answered ${answerWords(reading)}.`,
      ],
      expected: 'a 4xx in the error envelope',
    });
  },

  'refused-as-the-wrong-one': (scene) => {
    const [wrong, reading, right] = [scene.at('wrong'), scene.at('answered'), scene.at('right')];
    return about(scene, 'answered', {
      summary: 'A right request was refused as a wrong one was before it under its key.',
      argument: [
        `${name(wrong)} carried a wrong body and was answered ${answerWords(wrong)}.`,
        `${name(reading)} carried a right body under the same key and was answered ${answerWords(reading)}. Under another key ${name(right)} was accepted with it.`,
      ],
      expected: scene.a,
    });
  },

  'foreign-resource-shown': (scene) => {
    const [owner, reading] = [scene.at('owner'), scene.at('answered')];
    return about(scene, 'answered', {
      summary: `An answer to one API key shows the ${scene.noun} of another.`,
      argument: [
        `${name(owner)} was sent with the ${owner.exchange.credential} API key and was answered ${answerWords(owner)}.`,
        `${name(reading)} was sent with the ${reading.exchange.credential} API key and ${keyWords(reading)}; its answer shows ${owner.id}.`,
      ],
      expected: `nothing of ${owner.id}`,
    });
  },
};

function badSuccess(scene: Scene, summary: string, why: string) {
  const reading = scene.at('answered');
  return {
    summary,
    argument: [answered(reading), why],
    expected: `a success with the ${scene.noun}`,
    observed: bodyOf(reading),
    illegal: scene.index('answered'),
  };
}

function otherMember(scene: Scene, summary: string) {
  const [first, reading, pointer] = [scene.at('first'), scene.at('answered'), scene.text('subject')];
  const [was, is] = [first, reading].map((x) => words(at(x.json, pointer)));
  return {
    summary,
    argument: [
      `${name(first)} and ${name(reading)} carried ${keyWords(reading)} and both were answered ${reading.id}.`,
      `${pointer} was ${was} in the first answer and ${is} in the replay.`,
    ],
    expected: `${pointer}: ${was}`,
    observed: `${pointer}: ${is}`,
    illegal: scene.index('answered'),
  };
}

function notTheConflict(scene: Scene, summary: string, why: string, observed: string) {
  const [holder, reading, conflict] = [scene.at('holder'), scene.at('answered'), scene.contract.conflict];
  return about(scene, 'answered', {
    summary,
    argument: [
      heldWords(holder, reading),
      `${name(reading)} carried the same key with another body and was answered ${answerWords(reading)}.`,
      why,
    ],
    expected: `${conflict?.statuses.join(' or ')}, ${conflict?.code?.values.join(' or ') ?? conflict?.header?.name ?? 'a conflict'}`,
    observed,
  });
}

function withoutCredential(scene: Scene, summary: string, why: string) {
  const reading = scene.at('answered');
  const sent = reading.exchange.credential === 'none' ? 'without an API key' : 'with an API key that does not exist';
  return about(scene, 'answered', {
    summary,
    argument: [
      `${name(reading)} was sent ${sent}, with ${keyWords(reading)}, and was answered ${answerWords(reading)}.`,
      why,
    ],
    expected: `${scene.contract.errors.authentication?.statuses.join(' or ') ?? 401} in the error envelope`,
  });
}

/** 'A was answered 201 with x, B was answered 409, a conflict'. */
function answers(readings: Reading[]): string {
  return readings.map((x) => `${name(x)} was answered ${answerWords(x)}`).join(', ');
}

function bodyOf({ exchange: { outcome } }: Reading): string {
  return outcome.kind === 'answer' ? excerpt(outcome.body) : outcome.reason;
}

/** What a schema refused; without problems there was nothing that it could look at. */
function problems(scene: Scene): string {
  const list = scene.json('problems');
  return Array.isArray(list) ? `${list.join('; ')}.` : 'The body is not JSON.';
}

function words(value: Json | undefined): string {
  return value === undefined ? 'absent' : excerpt(JSON.stringify(value));
}
