/** Builds the pages into the folder it is given. A process of its own, as the bundler keeps its memory. */
import path from 'node:path';
import { build } from 'vite';

const root = path.resolve(import.meta.dirname, '../../web');

await build({
  root,
  configFile: false,
  logLevel: 'warn',
  build: {
    outDir: process.argv[2]!,
    emptyOutDir: true,
    target: 'es2023',
    cssTarget: 'chrome123',
    // The content policy allows no `data:` addresses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
});
