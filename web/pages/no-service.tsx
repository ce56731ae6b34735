import { CopyText } from '../parts/copy-text.tsx';

/** The three commands that add the first one. */
export function NoService() {
  const commands = [
    ['In the folder of the project, write its slipway.yaml', 'slipway init'],
    ['See what it would do', 'slipway validate'],
    ['Commit it, and have the merges of the repository deployed', 'slipway connect <service>'],
  ] as const;
  return (
    <section aria-label="No service yet">
      <h2>No service yet</h2>
      <ol className="commands">
        {commands.map(([what, command]) => (
          <li key={command}>
            <p>{what}</p>
            <CopyText text={command} label="the command" />
          </li>
        ))}
      </ol>
    </section>
  );
}
