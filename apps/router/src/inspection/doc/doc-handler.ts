import { readFile } from 'node:fs/promises';
import { SWAGGER_POLICY, swaggerAsset, swaggerPage, swaggerStart } from '#openapi';
import { Message } from '#protocol';
import type { Answer } from '../../data-plane/answer.js';
import { UnknownPathError } from '../../data-plane/errors.js';
import type { Exchange } from '../../data-plane/exchange.js';
import { Handler } from '../../data-plane/handler.js';
import type { ServedDeployment } from '../../deployments/served-deployment.js';
import { engineDocument } from './engine-document.js';

const DOCUMENT = 'seldon.json';
const HTML = 'text/html; charset=utf-8';
const SCRIPT = 'text/javascript; charset=utf-8';

/** A page that shows what the deployment serves, as Seldon's engine has it (reference seldon-v1.md, section 1.1). */
export class DocHandler extends Handler {
  override async answer({ deployment, name }: Exchange): Promise<Answer> {
    return { status: 200, message: await fileOf(deployment, name), headers: headersOf(name) };
  }
}

function headersOf(name: string | undefined): string[] {
  return name === undefined ? ['Content-Security-Policy', SWAGGER_POLICY] : [];
}

async function fileOf(deployment: ServedDeployment, name: string | undefined): Promise<Message> {
  if (name === undefined) return textOf(swaggerPage({ title: deployment.name, folder: '' }), HTML);
  if (name === DOCUMENT) return Message.ofValue(engineDocument(deployment));
  if (name === 'start.js') return textOf(swaggerStart(DOCUMENT), SCRIPT);
  const asset = swaggerAsset(name);
  if (asset === null) throw new UnknownPathError(`doc/${name}`, ['doc/', `doc/${DOCUMENT}`]);
  return Message.ofBytes(await readFile(asset.path), asset.type);
}

function textOf(text: string, type: string): Message {
  return Message.ofBytes(Buffer.from(text), type);
}
