/** `npm run build:agent [folder]`: `dist/slipway-agent`, the one file that a host needs besides Node. */
import { chmodSync, copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { rolldown, type Plugin } from 'rolldown';

const prefix = 'on-demand:';
const root = path.resolve(import.meta.dirname, '../..');

/**
 * Node's own modules are imported only by the part that needs them: all of them cost a keeper 13 MiB, of which it needs four.
 */
const builtinsOnDemand: Plugin = {
  name: 'builtins-on-demand',
  resolveId: {
    order: 'pre',
    // The bundler's own helpers come first, and import one that Node has loaded anyway.
    handler: (id, importer) =>
      id.startsWith('node:') && importer !== undefined && !importer.includes('rolldown/runtime') ? prefix + id : null,
  },
  async load(id) {
    if (!id.startsWith(prefix)) return null;
    const name = id.slice(prefix.length);
    const names = Object.keys((await import(name)) as object).filter((each) => each !== 'default');
    const module = `process.getBuiltinModule(${JSON.stringify(name)})`;
    const exports = names.map((each) => `export const ${each} = builtin.${each};`);
    return [`const builtin = ${module};`, 'export default builtin;', ...exports].join('\n');
  },
};

/** Built in a folder that is made where it isn't. Returns the file. */
async function buildAgent(folder: string): Promise<string> {
  const bundle = await rolldown({
    input: path.join(root, 'agent/slipway-agent.ts'),
    platform: 'node',
    logLevel: 'warn',
    plugins: [builtinsOnDemand],
    // Of the built-in modules only what is used is read: some names are there to warn whoever reads them.
    treeshake: { propertyReadSideEffects: false },
  });
  const { output } = await bundle.generate({
    format: 'esm',
    // One letter beyond Latin-1 would make all of the source, which every keeper holds, two bytes a letter; nor does anybody read words in there.
    charset: 'ascii',
    comments: { legal: true, annotation: false, jsdoc: false },
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
  for (const name of ['install.sh', 'launch-agent', 'slipway-agent.service'])
    copyFileSync(path.join(root, 'agent/install-kit', name), path.join(folder, name));
  return file;
}

const file = await buildAgent(process.argv[2] ?? path.join(root, 'dist'));
process.stdout.write(`${file}\n`);
