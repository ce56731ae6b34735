import { guessNode } from './guess-node.ts';
import { guessPython } from './guess-python.ts';
import { healthPathIn, inShell, type Guess, type Project } from './project.ts';

/** What kind of project it is, by the files that say so most clearly first; `null` when none does. */
export const guessProject = (project: Project, service: string): Guess | null =>
  guessNode(project) ?? guessGo(project, service) ?? guessPython(project) ?? guessSite(project);

function guessGo(project: Project, service: string): Guess | null {
  if (!project.has('go.mod')) return null;
  const isCommand = project.has(`cmd/${service}`);
  return {
    found: `Go (go.mod${isCommand ? `, cmd/${service}` : ''})`,
    build: `go build -o bin/${service} ${isCommand ? `./cmd/${service}` : '.'}`,
    output: 'bin',
    checks: project.paths().some((file) => file.endsWith('_test.go')) ? 'go test ./...' : null,
    command: [`./${service}`],
    health: healthPathIn(project.read('main.go'), project.read(`cmd/${service}/main.go`)),
    notes: [
      {
        about: 'build.output',
        text: 'it holds the program alone: what that reads at run time must be copied there too',
      },
      { about: 'run.command', text: 'it must listen on the port in os.Getenv("PORT")' },
    ],
  };
}

function guessSite(project: Project): Guess | null {
  if (!project.has('index.html')) return null;
  return {
    found: 'a static site (index.html)',
    build: null,
    output: '.',
    checks: null,
    command: inShell('python3 -m http.server "$PORT"'),
    health: '/',
    notes: [],
  };
}
