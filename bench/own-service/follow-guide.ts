import path from 'node:path';
import type { Reader } from '../../test/docs/reader.ts';
import type { Project } from './projects.ts';

export interface GuideStep {
  readonly step: string;
  readonly ms: number;
  readonly exitCode: number | null;
  /** All that it printed. */
  readonly output: string;
}

export interface FollowedGuide {
  readonly project: string;
  readonly live: boolean;
  readonly totalMs: number;
  readonly steps: readonly GuideStep[];
}

const longestBuildSeconds = 150;

/** Follows it until a step fails. */
export async function followGuide(reader: Reader, sources: string, project: Project): Promise<FollowedGuide> {
  const steps: GuideStep[] = [];
  for (const [step, script] of Object.entries(guideOf(sources, project))) {
    const startedAt = performance.now();
    const { code, output } = await reader.bash(`export PATH="$PWD/cli/bin:$PATH"\n${script}`);
    const ms = Math.round(performance.now() - startedAt);
    process.stderr.write(`${project.name}: ${step} ${(ms / 1000).toFixed(1)} s\n`);
    steps.push({ step, ms, exitCode: code, output });
    if (code !== 0) break;
  }
  const live = steps.at(-1)?.step === 'look' && steps.at(-1)?.exitCode === 0;
  return { project: project.name, live, totalMs: steps.reduce((sum, { ms }) => sum + ms, 0), steps };
}

/** The steps in their order, each as a script. */
function guideOf(sources: string, { name, init, edits, page }: Project): Readonly<Record<string, string>> {
  const inProject = (...lines: readonly string[]): string => [`cd ~/${name}`, ...lines].join('\n');
  return {
    prepare: [
      `cp -r ${path.join(sources, name)} ~/${name}`,
      inProject(
        'git init --quiet --initial-branch=main',
        'git config user.name lin && git config user.email lin@example.com',
        'git add . && git commit --quiet --message "Begin"',
      ),
    ].join('\n'),
    'write slipway.yaml': inProject(init, 'cat slipway.yaml'),
    edit: inProject(...edits.map(({ command }) => command), 'true'),
    check: inProject('slipway validate'),
    connect: inProject(`slipway connect ${name}`),
    merge: inProject('git add slipway.yaml && git commit --quiet --message "Deploy with Slipway"', 'slipway deliver'),
    'wait for the build': `timeout ${longestBuildSeconds} bash -c '${untilBuilt(name)}' || { slipway logs ${name}/1 | tail -30; false; }`,
    approve: `slipway approve ${name}/1 --yes`,
    watch: `slipway watch ${name}/1 || { slipway logs ${name}/1 | tail -30; false; }`,
    look: `slipway status ${name} && ${asked(name, page)}`,
  };
}

/** Ends with 0 when somebody is asked to approve, with 1 when it ended before that. */
const untilBuilt = (name: string): string =>
  [
    'while read -r line; do case "$line" in',
    '  *\\"state\\":\\"approving\\"*) exit 0;;',
    '  *\\"type\\":\\"result\\"*) exit 1;;',
    `esac; done < <(slipway watch ${name}/1 --json)`,
    'exit 1',
  ].join('\n');

/** The page of the instance on the first host, wherever it listens. */
const asked = (name: string, page: string): string =>
  `port=$(node -p "JSON.parse(fs.readFileSync('.slipway/hosts/eu-west-1/services/${name}/keeper/keeper.json')).instance.port") && curl --fail --silent "http://127.0.0.1:$port${page}" | head -c 300`;
