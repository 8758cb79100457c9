import { Composer, type CST, type Document, Lexer, LineCounter, Parser } from 'yaml';
import { InvalidDeploymentError } from './errors.js';
import { checkNesting, MAX_DEPTH, TOO_DEEP } from './nesting.js';

export interface YamlDocument {
  /** Put before the paths of its fields: empty in a file of one document. */
  readonly prefix: string;
  readonly value: unknown;
}

/** Kubernetes stores no larger object. */
const MAX_LENGTH = 1024 * 1024;
const MAX_ALIASES = 100;

/** The documents of a YAML file that hold something. Throws `InvalidDeploymentError` with line and column. */
export function readYaml(text: string): YamlDocument[] {
  if (text.length > MAX_LENGTH) fail('', `expected at most ${MAX_LENGTH} characters, got ${text.length}`);
  const lines = new LineCounter();
  const documents = [...new Composer({ merge: true }).compose(shallowTokens(text, lines))];
  const problems = documents.flatMap(({ errors }) =>
    errors.map(({ pos, message }) => ({ path: position(lines, pos[0]), message })),
  );
  if (problems.length > 0) throw new InvalidDeploymentError(problems);
  return documents
    .map((document, index) => {
      const prefix = documents.length > 1 ? `documents[${index}].` : '';
      return { prefix, value: decode(document, prefix) };
    })
    .filter(({ value }) => value !== null);
}

/** Stops before the nesting gets so deep that composing it would exhaust the stack, which ends the process. */
function* shallowTokens(text: string, lines: LineCounter): Generator<CST.Token> {
  const parser = new Parser(lines.addNewLine);
  lines.addNewLine(0);
  for (const lexeme of new Lexer().lex(text)) {
    yield* parser.next(lexeme);
    if (parser.stack.length > MAX_DEPTH) fail(position(lines, parser.offset), TOO_DEEP);
  }
  yield* parser.end();
}

function decode(document: Document.Parsed | Document, prefix: string): unknown {
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: MAX_ALIASES });
  } catch (error) {
    fail(prefix, (error as Error).message);
  }
  // An alias inside of its own anchor makes a loop.
  checkNesting(value, prefix.replace(/\.$/, ''));
  return value;
}

function position(lines: LineCounter, offset: number): string {
  const { line, col } = lines.linePos(offset);
  return `line ${line}, column ${col}`;
}

function fail(path: string, message: string): never {
  throw new InvalidDeploymentError([{ path: path.replace(/\.$/, ''), message }]);
}
