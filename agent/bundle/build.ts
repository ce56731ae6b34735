/** `npm run build:agent [folder]`: `dist/slipway-agent`, the one file that a host needs besides Node. */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { rolldown } from 'rolldown';

const root = path.resolve(import.meta.dirname, '../..');

/** Built in a folder that is made where it isn't. Returns the file. */
async function buildAgent(folder: string): Promise<string> {
  const bundle = await rolldown({
    input: path.join(root, 'agent/slipway-agent.ts'),
    platform: 'node',
    logLevel: 'warn',
  });
  const { output } = await bundle.generate({
    format: 'esm',
    banner: '#!/usr/bin/env node',
    // One file; what is imported on demand becomes a function that nobody calls where it isn't needed.
    codeSplitting: false,
    // Names stay: a stack of a host that no one can reach must be readable.
    minify: { compress: true, mangle: false, codegen: { removeWhitespace: false } },
  });
  await bundle.close();
  const [chunk] = output;
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, 'slipway-agent');
  writeFileSync(file, chunk.code);
  chmodSync(file, 0o755);
  return file;
}

const file = await buildAgent(process.argv[2] ?? path.join(root, 'dist'));
process.stdout.write(`${file}\n`);
