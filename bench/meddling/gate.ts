import { existsSync } from 'node:fs';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { BenchStack } from '../stack/bench-stack.ts';

/** A file that a release waits for: until it is there, no instance of that release is healthy. */
export interface Gate {
  readonly file: string;
  open(): Promise<void>;
}

/** The gate of one case; its name is used once. */
export async function shutGate({ shape }: BenchStack, name: string): Promise<Gate> {
  const folder = path.join(shape.data.root, 'gates');
  await mkdir(folder, { recursive: true });
  await chmod(folder, 0o755);
  const file = path.join(folder, name);
  if (existsSync(file)) throw new Error(`${name} was opened before`);
  return { file, open: () => writeFile(file, '') };
}

/** The service's program, which is healthy once the gate is open. */
export const gatedProgram = ({ file }: Gate): string => `import { createServer } from 'node:http';
import { existsSync } from 'node:fs';

createServer((request, response) => {
  if (request.url === '/healthz') return response.writeHead(existsSync(${JSON.stringify(file)}) ? 200 : 503).end();
  response.end('open');
}).listen(Number(process.env.PORT), '127.0.0.1');
`;
