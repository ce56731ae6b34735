import { registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';

const generationOf = /\?generation=\d+$/;
const globals = new URL('./jest-globals.ts', import.meta.url).href;

/** Modules of one folder, loaded as often as wanted, each time anew; what is outside of it is loaded once. */
export interface Loader {
  /** Loads a file and all that it imports, as they are for this generation. */
  readonly load: (file: string, generation: number) => Promise<void>;
}

/**
 * Node's module loader keeps what it has loaded for ever, by address: so files of `root` get their generation into it.
 * Installs a hook for this process, which also puts Jest's words in place of `@jest/globals`.
 */
export function makeLoader(root: string): Loader {
  const inside = `${pathToFileURL(root).href}/`;
  registerHooks({
    resolve(specifier, context, next) {
      if (specifier === '@jest/globals') return { url: globals, format: 'module-typescript', shortCircuit: true };
      const resolved = next(specifier, context);
      const importer = context.parentURL ?? '';
      const generation = generationOf.exec(importer)?.[0];
      if (generation === undefined || !resolved.url.startsWith(inside)) return resolved;
      return { ...resolved, url: `${resolved.url}${generation}` };
    },
  });
  return {
    load: async (file, generation) => void (await import(`${pathToFileURL(file).href}?generation=${generation}`)),
  };
}
