import { expect, test } from '@jest/globals';
import { approvalCommand } from './approval-command.ts';

const linkIn = (namespace: string): string =>
  `https://temporal.example/ui/namespaces/${encodeURIComponent(namespace)}/workflows/deployment%3Acheckout%3A87/run/history`;

test.each<[string, string | null, string]>([
  ['of the link', linkIn('slipway-e9b4beb8'), 'slipway-e9b4beb8'],
  ['of the link, as a shell takes it', linkIn("it's $HOME; of (ours)/é"), String.raw`'it'\''s $HOME; of (ours)/é'`],
  ["of the reader's own setting where there is no link", null, '"${TEMPORAL_NAMESPACE:?}"'],
])("the command goes to the reader's Temporal, and to the namespace %s", (_, link, namespace) => {
  expect(approvalCommand('deployment:checkout:87', 'a.b-c_d', link)).toBe(
    `temporal workflow update execute --address "\${TEMPORAL_ADDRESS:?}" --namespace ${namespace}` +
      ` --workflow-id deployment:checkout:87 --name approve --input '{"token":"a.b-c_d"}'`,
  );
});
