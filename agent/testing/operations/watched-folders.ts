import path from 'node:path';
import type { FileOperation, Interceptor } from './file-operation.ts';
import { WatchedFolder, type Plan } from './watched-folder.ts';

/** Folders that are watched, each by its name below `parent`. */
export class WatchedFolders implements Interceptor {
  readonly #parent: string;
  readonly #folders = new Map<string, WatchedFolder>();

  constructor(parent: string) {
    this.#parent = `${parent}${path.sep}`;
  }

  watch(name: string, plan: Plan): WatchedFolder {
    const folder = new WatchedFolder(plan);
    this.#folders.set(name, folder);
    return folder;
  }

  forget(name: string): void {
    this.#folders.delete(name);
  }

  watches(file: string): boolean {
    return this.#of(file) !== undefined;
  }

  change<T>(operation: FileOperation, perform: () => Promise<T>): Promise<T> {
    return this.#of(operation.path)!.change(operation, perform);
  }

  changeNow<T>(operation: FileOperation, perform: () => T): T {
    return this.#of(operation.path)!.changeNow(operation, perform);
  }

  read<T>(file: string, perform: () => Promise<T>): Promise<T> {
    return this.#of(file)!.read(perform);
  }

  #of(file: string): WatchedFolder | undefined {
    if (!file.startsWith(this.#parent)) return undefined;
    return this.#folders.get(file.slice(this.#parent.length).split(path.sep, 1)[0]!);
  }
}
