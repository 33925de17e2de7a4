import { join } from 'node:path';
import ts from 'typescript';

const root = join(__dirname, '../..');
const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), (file) => ts.sys.readFile(file)) as {
  config: object;
};
const { options } = ts.parseJsonConfigFileContent({ ...config, include: [] }, ts.sys, root);

/** What the compiler says of pieces of code, by piece, with the project's own settings: nothing of what compiles. */
export const saidOf = (pieces: readonly string[]): ReadonlyMap<string, string> => {
  const files = new Map(pieces.map((text, index) => [join(root, `test/piece-${String(index)}.ts`), text]));
  const disk = ts.createCompilerHost(options);
  const host: ts.CompilerHost = {
    ...disk,
    fileExists: (file) => files.has(file) || disk.fileExists(file),
    readFile: (file) => files.get(file) ?? disk.readFile(file),
    getSourceFile: (file, target) => {
      const text = files.get(file);
      return text === undefined ? disk.getSourceFile(file, target) : ts.createSourceFile(file, text, target);
    },
  };
  const program = ts.createProgram([...files.keys()], { ...options, noEmit: true }, host);
  const saidIn = (file: string): string =>
    [
      ...program.getSyntacticDiagnostics(program.getSourceFile(file)),
      ...program.getSemanticDiagnostics(program.getSourceFile(file)),
    ]
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))
      .join('\n');
  return new Map([...files].map(([file, text]) => [text, saidIn(file)]));
};
