import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);
const RESTRICTED = ['--read-only', '--tmpfs=/tmp', '--cap-drop=ALL', '--security-opt=no-new-privileges'];

/** The image under test, in the engine that `docker` reaches. */
export const IMAGE = process.env.SWITCHYARD_TEST_IMAGE ?? '';

/** Why no image can be tested here; null where one can. */
export const missingImage =
  IMAGE === '' ? 'SWITCHYARD_TEST_IMAGE does not name an image of Switchyard (docs/images.md)' : null;

/** What the command prints; throws what it complains of. */
export async function docker(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const { stdout } = await run('docker', args, { env: { ...process.env, ...env } });
  return stdout.trim();
}

/** Runs as any user, with no right and no place to write to but /tmp, as in a cluster. */
export function runRestricted(args: readonly string[]): Promise<string> {
  return docker(['run', '--rm', '--user=8888', ...RESTRICTED, ...args]);
}

/** A container of an image with a port of it on a free one here. */
export async function startRestricted(image: string, port: number): Promise<{ id: string; url: string }> {
  const id = await docker(['run', '-d', ...RESTRICTED, `-p=127.0.0.1::${port}`, image]);
  return { id, url: `http://${await docker(['port', id, String(port)])}` };
}

/** One `docker compose` project: every start on free ports, with the image under test. */
export class ComposeProject {
  constructor(private readonly name: string) {}

  run(args: readonly string[]): Promise<string> {
    return docker(['compose', `--project-name=${this.name}`, ...args], {
      SWITCHYARD_IMAGE: IMAGE,
      SWITCHYARD_PORT: '0',
      SWITCHYARD_GRPC_PORT: '0',
      SWITCHYARD_ADMIN_PORT: '0',
      POSTGRES_PORT: '0',
      REDIS_PORT: '0',
    });
  }

  async url(service: string, port: number): Promise<string> {
    return `http://${await this.run(['port', service, String(port)])}`;
  }
}
