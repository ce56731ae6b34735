/**
 * What a person pastes into a shell to approve with Temporal's own command line. Where Temporal listens is not known to
 * pages: without the reader's own setting the shell refuses the command, and it reaches no other Temporal by chance.
 *
 * @param temporalLink the deployment's, which names the namespace; `null` where Temporal has no Web UI
 */
export function approvalCommand(workflowId: string, token: string, temporalLink: string | null): string {
  const namespace = namespaceIn(temporalLink);
  return [
    'temporal workflow update execute',
    '--address "${TEMPORAL_ADDRESS:?}"',
    `--namespace ${namespace === null ? '"${TEMPORAL_NAMESPACE:?}"' : quoted(namespace)}`,
    `--workflow-id ${workflowId}`,
    '--name approve',
    `--input ${quoted(JSON.stringify({ token }))}`,
  ].join(' ');
}

/** `https://temporal.example/namespaces/slipway/workflows/…` */
function namespaceIn(link: string | null): string | null {
  const found = /\/namespaces\/([^/]+)\/workflows\//.exec(link ?? '')?.[1];
  return found === undefined ? null : decodeURIComponent(found);
}

/** For a POSIX shell. */
const quoted = (text: string): string =>
  /^[\w.-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
