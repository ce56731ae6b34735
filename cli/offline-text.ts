/**
 * `slipway help offline`: what can be done while the api does not answer. Built in, because pages and docs may be away too.
 * Temporal's own tools reach the workflows without it; what each message does stands in docs/how-to.
 */
export const offlineLines: readonly string[] = [
  'When the api does not answer',
  '',
  'Hosts keep running what they run, and go back by themselves from a release that is bad. Deployments go on by',
  'themselves while Temporal and the workers run: the api only shows them. First: slipway doctor',
  '',
  "To stop or roll back without it, send the same messages with Temporal's command line. Tell it where Temporal is:",
  'export TEMPORAL_ADDRESS=host:port TEMPORAL_NAMESPACE=… as in SLIPWAY_TEMPORAL_ADDRESS and SLIPWAY_TEMPORAL_NAMESPACE',
  'of the api. checkout and 87 stand for your service and its deployment. The command line itself: docs.temporal.io/cli; the',
  'one that npm start has fetched is bin/temporal in a folder below ~/.cache/slipway.',
  '',
  'What is under way, and where it is:',
  `  temporal workflow list --query 'SlipwayService = "checkout" and ExecutionStatus = "Running"'`,
  '  temporal workflow query --workflow-id deployment:checkout:87 --type status',
  'Start no new batch (slipway pause):',
  `  temporal workflow signal --workflow-id deployment:checkout:87 --name pause --input '{"reason": "INC-7"}'`,
  'Stop it and undo it in every region (slipway abort):',
  `  temporal workflow signal --workflow-id deployment:checkout:87 --name abort --input '{"reason": "INC-7"}'`,
  'Go back to what ran before, whatever is under way (slipway rollback). Each rollback needs a key of its own:',
  '  temporal workflow update execute --workflow-id lane:checkout --name rollback \\',
  `    --input '{"by": "mo", "reason": "INC-7", "key": "INC-7", "traceparent": null}'`,
  '',
  "In Temporal's Web UI: the workflow of that id, More Actions, Send a Signal. A cancel means abort.",
  'Approving, resuming and ending an undo need a token that the api signs: they wait until it answers.',
  '',
  'Without Temporal nothing can be changed from here; each host goes on with what is on its own disk. What is merged',
  'while the api is away is not taken: deliver its webhook again when it is back.',
  'More: docs/how-to/use-the-temporal-web-ui.md',
];
