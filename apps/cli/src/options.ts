import { InvalidArgumentError, Option } from 'commander';

const MAX_PORT = 65_535;

/** 0 asks for a free port. */
export const portOption = () =>
  new Option('-p, --port <number>', 'port of predictions and feedback, 0 takes a free one')
    .env('SWITCHYARD_PORT')
    .argParser(integer(0, MAX_PORT))
    .default(8000);

export const grpcPortOption = () =>
  new Option('--grpc-port <number>', 'port of predictions and feedback over gRPC, 0 takes a free one')
    .env('SWITCHYARD_GRPC_PORT')
    .argParser(integer(0, MAX_PORT))
    .default(5001);

export const adminPortOption = () =>
  new Option('--admin-port <number>', 'port of the admin API, 0 takes a free one')
    .env('SWITCHYARD_ADMIN_PORT')
    .argParser(integer(0, MAX_PORT))
    .default(8080);

export const statusPortOption = () =>
  new Option('--status-port <number>', 'port of /live, /ready and /metrics, 0 takes a free one')
    .env('SWITCHYARD_STATUS_PORT')
    .argParser(integer(0, MAX_PORT))
    .default(8081);

export const hostOption = () =>
  new Option('--host <address>', 'address to listen on').env('SWITCHYARD_HOST').default('127.0.0.1');

/** Of commands that run in containers, where the address is not the machine's. */
export const anyHostOption = () =>
  new Option('--host <address>', 'address to listen on').env('SWITCHYARD_HOST').default('0.0.0.0');

export const dataDirOption = () =>
  new Option('--data-dir <folder>', 'where the ledger and the keys are kept')
    .env('SWITCHYARD_DATA_DIR')
    .default('.switchyard');

export const setOption = () =>
  new Option('--set <name=value>', 'gives a parameter of a pipeline its value; may be repeated')
    .argParser(assign)
    .default(new Map<string, string>(), 'none');

export function integer(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`Expected a whole number from ${min} to ${max}, got "${text}".`);
  };
}

/** An http(s) address without a slash at its end. */
export function httpUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return text.replace(/\/+$/, '');
  throw new InvalidArgumentError(`Expected an address like http://127.0.0.1:8000, got "${text}".`);
}

/** Gathers `name=value`, given several times, of which the last of a name counts. */
export function assign(text: string, before: ReadonlyMap<string, string> | undefined): Map<string, string> {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError(`Expected name=value, got "${text}".`);
  return new Map([...(before ?? []), [text.slice(0, at), text.slice(at + 1)]]);
}

/** Gathers an option that may be given several times. */
export function gather(text: string, before: readonly string[] | undefined): string[] {
  return [...(before ?? []), text];
}
