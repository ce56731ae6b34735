import type { MutantResult } from '@stryker-mutator/api/core';

/** How many of the mutants of a place a test noticed. */
export interface Score {
  readonly place: string;
  readonly mutants: number;
  readonly noticed: number;
  /** Of those noticed: the ones that ran without end. */
  readonly endless: number;
}

const noticed = (mutant: MutantResult): boolean => mutant.status === 'Killed' || mutant.status === 'Timeout';
export const unnoticed = (mutant: MutantResult): boolean =>
  mutant.status === 'Survived' || mutant.status === 'NoCoverage';

/** Scores by folder of `domain/`, and of all. `fileName` must be relative to the project. */
export function scoresOf(mutants: readonly MutantResult[]): readonly Score[] {
  const byPlace = Map.groupBy(mutants, ({ fileName }) => fileName.split('/').slice(0, -1).join('/'));
  const folders = [...byPlace].map(([place, some]) => scoreOf(place, some));
  return [...folders.toSorted((a, b) => a.place.localeCompare(b.place)), scoreOf('all', mutants)];
}

function scoreOf(place: string, mutants: readonly MutantResult[]): Score {
  const found = mutants.filter(noticed);
  return {
    place,
    mutants: found.length + mutants.filter(unnoticed).length,
    noticed: found.length,
    endless: found.filter(({ status }) => status === 'Timeout').length,
  };
}

export const percentOf = ({ mutants, noticed: found }: Score): number =>
  mutants === 0 ? 100 : (found / mutants) * 100;

/** One line each: where, what stands there, what it was replaced with. */
export function survivorLines(mutants: readonly MutantResult[], sourceOf: (file: string) => string): readonly string[] {
  return mutants.filter(unnoticed).map(({ fileName, location, replacement, mutatorName, status }) => {
    const { line, column } = location.start;
    const was = short(cut(sourceOf(fileName), location));
    const reached = status === 'NoCoverage' ? ', which no test reaches' : '';
    return `${fileName}:${line}:${column} ${mutatorName}: ${was} → ${short(replacement ?? '')}${reached}`;
  });
}

/** Lines and columns begin at 1; the end is past the last character. */
function cut(source: string, { start, end }: MutantResult['location']): string {
  const lines = source.split('\n').slice(start.line - 1, end.line);
  const last = lines.pop()!.slice(0, end.column - 1);
  return [...lines, last].join('\n').slice(start.column - 1);
}

function short(code: string): string {
  const line = code.replaceAll(/\s+/g, ' ');
  return line.length <= 110 ? line : `${line.slice(0, 70)} … ${line.slice(-35)}`;
}
