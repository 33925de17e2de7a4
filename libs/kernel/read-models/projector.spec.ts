import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedReadModels } from './adapters/embedded-read-models';
import { projectorContract } from './testing/projector.contract';
import { readModelsContract } from './testing/read-models.contract';

const folder = () => mkdtempSync(join(tmpdir(), 'jd-views-'));

readModelsContract('the embedded adapter', () => {
  const where = folder();
  return Promise.resolve({
    models: new EmbeddedReadModels(where),
    reopen: () => Promise.resolve(new EmbeddedReadModels(where)),
  });
});

projectorContract('the embedded adapter', (where) => new EmbeddedReadModels(where));
