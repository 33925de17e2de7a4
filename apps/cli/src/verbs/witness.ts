import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { FolderLock } from '@kernel/engines/adapters/folder-lock';
import { COSIGNATURE, readVerifierKey, signingKey, verifierKey, Witness } from '@kernel/ledger';
import { FolderLedgerFiles } from '@kernel/ledger/adapters/folder-ledger-files';
import { CannotRun, type Context } from '../context';
import { EXIT } from '../output';

interface Config {
  readonly name: string;
  /** Verifier keys of the logs it watches. */
  readonly logs: readonly string[];
}

const fileOf = (home: string): string => join(home, 'witness.json');

const read = (home: string): Config => {
  if (!existsSync(fileOf(home))) throw new CannotRun(`${home}: 请先运行 witness init run \`witness init\` first`);
  return JSON.parse(readFileSync(fileOf(home), 'utf8')) as Config;
};

/** The witness that lives in a folder. */
export const openWitness = (
  home: string,
): { readonly witness: Witness; readonly key: string; readonly config: Config } => {
  const config = read(home);
  const key = signingKey(home);
  const logs = config.logs.map(readVerifierKey);
  const witness = new Witness({ files: new FolderLedgerFiles(home), name: config.name, key, logs });
  return { witness, key: verifierKey(config.name, key, COSIGNATURE), config };
};

/** Makes a witness, or lets it watch one more log or one more key of a log. */
export const initWitness = (
  { output }: Context,
  home: string,
  { name, log }: { name?: string; log: readonly string[] },
): Promise<number> => {
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const before = existsSync(fileOf(home)) ? read(home) : undefined;
  const called = before?.name ?? name;
  if (called === undefined)
    throw new CannotRun('--name: 证人的名称 the name of the witness, e.g. archive.example/witness');
  if (name !== undefined && name !== called)
    throw new CannotRun(`this witness is called ${called}: a new name needs a new folder`);
  for (const key of log) readVerifierKey(key);
  const config: Config = { name: called, logs: [...new Set([...(before?.logs ?? []), ...log])] };
  writeFileSync(fileOf(home), `${JSON.stringify(config, undefined, 1)}\n`);
  const { key } = openWitness(home);
  output.answer({ key, ...config }, [
    `证人密钥 verifier key of the witness: ${key}`,
    `关注 watches: ${config.logs.join('  ') || '–'}`,
  ]);
  return Promise.resolve(EXIT.fine);
};

const MAX_BODY = 64 * 1024;

const bodyOf = async (request: IncomingMessage): Promise<string | undefined> => {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > MAX_BODY) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts).toString();
};

const answer = (response: ServerResponse, status: number, type: string, body: string): void => {
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-cache' }).end(body);
};

const TEXT = 'text/plain; charset=utf-8';

const handle = async (witness: Witness, request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const path = new URL(request.url ?? '/', 'http://witness').pathname;
  if (request.method === 'POST' && path.endsWith('/add-checkpoint')) {
    const body = await bodyOf(request);
    if (body === undefined) {
      answer(response, 413, TEXT, 'too large\n');
      return;
    }
    const { status, type, body: said } = await witness.addCheckpoint(body);
    answer(response, status, type, said);
    return;
  }
  const [, known = ''] = /\/([0-9a-f]{64}\/checkpoint)$/.exec(path) ?? [];
  const note = request.method === 'GET' ? await witness.cosigned(known) : undefined;
  answer(response, note === undefined ? 404 : 200, TEXT, note ?? '404\n');
};

/** C2SP tlog-witness over HTTP; listens until it is closed. */
export const witnessServer = (witness: Witness): Server =>
  createServer((request, response) => {
    handle(witness, request, response).catch((error: unknown) => {
      process.stderr.write(`${String(error)}\n`);
      answer(response, 500, TEXT, 'not cosigned\n');
    });
  });

/** Serves until it is told to stop. */
export const serveWitness = async (
  { output }: Context,
  home: string,
  { port, host }: { port: number; host: string },
): Promise<number> => {
  const lock = new FolderLock(home);
  const { witness, key } = openWitness(home);
  const server = witnessServer(witness).listen(port, host);
  await new Promise<void>((resolve, reject) => {
    server.once('listening', resolve).once('error', reject);
  });
  const address = server.address();
  const at = typeof address === 'object' && address ? address.port : port;
  output.answer({ key, port: at }, [
    `证人已启动 witness is listening: http://${host}:${String(at)}/`,
    `JIANDANG_WITNESSES="http://${host}:${String(at)}/ ${key}"`,
  ]);
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      process.once(signal, () => {
        resolve();
      });
  });
  await new Promise((resolve) => server.close(resolve));
  lock.release();
  return EXIT.fine;
};
