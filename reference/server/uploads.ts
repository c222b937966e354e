/** Uploaded files, each kept once for all. */
import type { Json, UploadRules } from '../../contracts/contract.js';
import type { Behaviour } from './behaviour.js';
import { newId } from './ids.js';
import { putAll } from './put.js';
import type { UploadedFile } from './upload-body.js';

interface Upload {
  id: string;
  name: string;
  type: string;
  size: number;
}

export class Uploads {
  readonly #byIdentity = new Map<string, Upload>();

  constructor(readonly behaviour: Behaviour) {}

  /** The answer to an upload. A known file is shown as it was first uploaded, its name included. */
  async take(file: UploadedFile, rules: UploadRules): Promise<Json> {
    const identity = this.behaviour.uploadIdentity(file);
    const known = this.#byIdentity.get(identity);
    const gap = this.behaviour.beforeUpload();
    if (gap) await gap;
    const { id, name, type, size } = known ?? this.#keep(identity, file);
    return putAll({ filename: name, mime_type: type, size_bytes: size }, [
      [rules.id, id],
      [rules.duplicate, this.behaviour.marksDuplicate(known !== undefined)],
    ]);
  }

  #keep(identity: string, { name, type, bytes }: UploadedFile): Upload {
    const upload = { id: newId('file'), name, type, size: bytes.length };
    this.#byIdentity.set(identity, upload);
    return upload;
  }
}
