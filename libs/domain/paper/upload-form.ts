import { Readable } from 'node:stream';
import type { Multipart, MultipartFile } from '@fastify/multipart';
import type { FastifyRequest } from 'fastify';
import { codesOf } from '@domain/code-lists/contract';
import { formIssues, type PaperForm } from './paper';
import { PAPER_LIMIT, PaperTooLarge } from './paper-files';
import { InvalidCommand } from '@kernel/commanding';

const MIMES: readonly string[] = [
  'application/pdf',
  'image/jpeg',
  'image/png',
  'image/tiff',
  'text/plain',
  'text/csv',
  'application/zip',
  'application/ofd',
];
/** What a form weighs beside its file. */
const FORM = 1024 * 1024;

export interface Upload {
  readonly form: PaperForm;
  /** Ends when the whole form has ended as a form does; else it breaks off with an InvalidCommand. */
  readonly file: Readable;
}

/** Limits of the multipart parser: one byte more than a paper may have shows that it is too large. */
export const UPLOAD_LIMITS = { fileSize: PAPER_LIMIT + 1, files: 1, fields: 10, fieldSize: 1000 };

/**
 * Reads a form up to its file, and refuses it before a byte of the file is kept. @throws InvalidCommand, PaperTooLarge
 */
export const uploadOf = async (request: FastifyRequest, area: string): Promise<Upload> => {
  if (!request.isMultipart()) throw invalid('', 'must be multipart/form-data with the fields kind and file');
  if (Number(request.headers['content-length'] ?? 0) > PAPER_LIMIT + FORM) throw new PaperTooLarge();
  const parts = partsOf(request);
  const { kind, part } = await untilFile(parts);
  if (!codesOf('paper').includes(kind))
    throw invalid('/kind', `must come once, before the file, and be one of: ${codesOf('paper').join(', ')}`);
  if (!MIMES.includes(part.mimetype)) throw invalid('/file', `must be one of: ${MIMES.join(', ')}`);
  const form = { kind, area, mime: part.mimetype, name: part.filename };
  const issues = formIssues(form);
  if (issues) throw new InvalidCommand(issues);
  return { form, file: Readable.from(wholeFile(part.file, parts)) };
};

/** Lets the rest of a refused form run out, so that whoever sends it comes to read the answer. */
export const drained = ({ raw }: FastifyRequest): void => {
  raw.unpipe();
  raw.resume();
};

type Parts = AsyncIterator<Multipart>;

const invalid = (path: string, message: string): InvalidCommand =>
  new InvalidCommand([{ path, code: 'multipart', message }]);

const unreadable = (error: unknown): InvalidCommand => {
  const what = error instanceof Error ? error.message : String(error);
  return invalid('', `cannot be read to its end (${what}): send the whole form again, with one file`);
};

async function* partsOf(request: FastifyRequest): AsyncGenerator<Multipart> {
  try {
    yield* request.parts();
  } catch (error) {
    throw unreadable(error);
  }
}

const untilFile = async (parts: Parts): Promise<{ readonly kind: string; readonly part: MultipartFile }> => {
  const kinds: string[] = [];
  for (let next = await parts.next(); !next.done; next = await parts.next()) {
    const { value: part } = next;
    if (part.type === 'file') return { kind: kinds.length === 1 ? (kinds[0] ?? '') : '', part };
    if (part.fieldname === 'kind') kinds.push(String(part.value));
  }
  throw invalid('/file', 'is missing');
};

async function* wholeFile(file: Readable, rest: Parts): AsyncGenerator<Buffer> {
  try {
    yield* file as AsyncIterable<Buffer>;
  } catch (error) {
    throw unreadable(error);
  }
  let next = await rest.next();
  while (!next.done) next = await rest.next();
}
