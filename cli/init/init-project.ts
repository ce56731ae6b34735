import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { isName, type RegionName, type ServiceName } from '../../domain/names.ts';
import { parseServiceSpec, serviceSpecFile, specProblemText } from '../../protocol/service-spec.ts';
import { readRepository, type Repository } from '../repository.ts';
import { specLines } from '../spec/spec-text.ts';
import { specWarnings } from '../spec/spec-warnings.ts';
import { UsageError } from '../usage-error.ts';
import { guessProject } from './guess-project.ts';
import { inShell, openProject, type Guess, type Project } from './project.ts';
import { specSource } from './spec-source.ts';

export interface InitRequest {
  readonly folder: string;
  readonly service?: string;
  readonly run?: string;
  readonly health?: string;
  readonly force?: true;
  /** `null` when it isn't known which there are. */
  readonly regions: readonly RegionName[] | null;
}

export interface InitedProject {
  readonly service: ServiceName;
  readonly file: string;
  readonly found: string;
  readonly warnings: readonly string[];
  readonly regions: readonly RegionName[];
  readonly plan: readonly string[];
  readonly repository: Repository;
}

/** Writes `slipway.yaml` into a folder of a git repository. @throws UsageError that says which flag is missing */
export function initProject({ folder, service: named, run, health, force, regions }: InitRequest): InitedProject {
  const repository = readRepository(folder);
  if (repository === null) throw new UsageError(`${folder} is not in a git repository: git init makes one`);
  const file = path.join(folder, serviceSpecFile);
  if (existsSync(file) && !force) throw new UsageError(`${file} is there already: --force writes over it`);
  const project = openProject(folder);
  const service = named ?? nameOf(project);
  if (!isName(service))
    throw new UsageError(`--service should be lower-case letters, digits and hyphens, not ${JSON.stringify(service)}`);
  const guess = guessOf(project, service, run, health);
  const source = specSource({ service, guess, regions: regions ?? ['eu-west'], regionsKnown: regions !== null });
  const parsed = parseServiceSpec(source);
  if (!parsed.ok) throw new UsageError(parsed.problems.map((problem) => specProblemText(problem)).join('; '));
  write(file, source);
  return {
    service: parsed.spec.service,
    file: serviceSpecFile,
    found: guess.found,
    warnings: [...guess.notes.map(({ about, text }) => `${about}: ${text}`), ...specWarnings(parsed.spec)],
    regions: parsed.spec.rollout.stages.flatMap((stage) => stage.regions),
    plan: specLines(parsed.spec),
    repository,
  };
}

function guessOf(project: Project, service: string, run: string | undefined, health: string | undefined): Guess {
  const guess = guessProject(project, service);
  if (guess === null && run === undefined)
    throw new UsageError(
      `how ${service} is started cannot be told from the files in ${project.folder}: give --run <command>`,
    );
  const found = guess ?? {
    found: 'what --run says',
    build: null,
    output: '.',
    checks: null,
    command: [],
    health: '/',
    notes: [],
  };
  return {
    ...found,
    ...(run !== undefined && {
      command: commandOf(run),
      notes: found.notes.filter(({ about }) => about !== 'run.command'),
    }),
    ...(health !== undefined && { health }),
  };
}

/** argv; a line that only a shell understands goes to one. */
function commandOf(run: string): readonly string[] {
  if (/[;&|]/.test(run)) return ['sh', '-c', run];
  return /[$<>'"`*?~\\]/.test(run) ? inShell(run) : run.trim().split(/\s+/);
}

/** The package's name, else the folder's, as a service may be called. */
function nameOf(project: Project): string {
  const packaged = /"name"\s*:\s*"([^"]+)"/.exec(project.read('package.json') ?? '')?.[1];
  const words = (packaged?.split('/').at(-1) ?? path.basename(project.folder)).toLowerCase();
  return (
    words
      .replaceAll(/[^a-z0-9]+/g, '-')
      .replace(/^[^a-z]+/, '')
      .replace(/-+$/, '')
      .slice(0, 63) || 'service'
  );
}

function write(file: string, source: string): void {
  try {
    writeFileSync(file, source);
  } catch (error) {
    throw new UsageError(`${file} can't be written: ${(error as Error).message}`);
  }
}
