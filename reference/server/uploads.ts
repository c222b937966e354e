/** Uploaded files, each kept once for the whole team. */
import type { JsonObject } from '../../contracts/contract.js';
import type { Behaviour } from './behaviour.js';
import { newId } from './ids.js';
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
  async take(file: UploadedFile): Promise<JsonObject> {
    const identity = this.behaviour.uploadIdentity(file);
    const known = this.#byIdentity.get(identity);
    const gap = this.behaviour.beforeUpload();
    if (gap) await gap;
    const upload = known ?? this.#keep(identity, file);
    return {
      id: upload.id,
      url: `https://moda.app/files/${upload.id}`,
      filename: upload.name,
      mime_type: upload.type,
      size_bytes: upload.size,
      was_duplicate: this.behaviour.marksDuplicate(known !== undefined),
    };
  }

  #keep(identity: string, { name, type, bytes }: UploadedFile): Upload {
    const upload = { id: newId('file'), name, type, size: bytes.length };
    this.#byIdentity.set(identity, upload);
    return upload;
  }
}
