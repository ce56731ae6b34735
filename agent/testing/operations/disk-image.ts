import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** What is where once the power comes back. */
export type Image = ReadonlyMap<
  string,
  { readonly mode: number; readonly content: Buffer } | { readonly target: string } | 'folder'
>;

export function writeImage(image: Image, folder: string): void {
  const names = [...image].sort(([a], [b]) => a.length - b.length);
  for (const [name, entry] of names) {
    const file = path.join(folder, name);
    if (entry === 'folder') mkdirSync(file, { recursive: true, mode: 0o700 });
    else if ('target' in entry) symlinkSync(entry.target, file);
    else {
      writeFileSync(file, entry.content);
      chmodSync(file, entry.mode);
    }
  }
}
