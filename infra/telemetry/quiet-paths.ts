/** Asked every few seconds for ever, or held open: spans of them would bury what people look for. */
const quietPaths = new Set([
  '/healthz',
  '/readyz',
  '/metrics',
  '/v1/poll',
  '/v1/reports',
  '/events',
  '/regions/v1/summaries',
]);

/** Probes, scrapes, long polls, reports and streams; by path, whatever the query. */
export const isQuietPath = (url: string): boolean => {
  const pathOnly = url.split('?', 1)[0] ?? '';
  return quietPaths.has(pathOnly) || pathOnly.endsWith('/events');
};
