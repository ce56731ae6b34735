import express, { Router, type RequestHandler } from 'express';
import path from 'node:path';

/** Addresses that answer documents, also to a browser that would rather have a page. */
const documents = ['/v1/', '/webhooks/', '/regions/v1/', '/openapi.json'];

/** Where pages are, also for who doesn't say that a page is wanted: a person who tries a link by hand. */
const pageAddress = /^\/(signin|locks|s\/.*)?$/;

/** Nothing from elsewhere, nothing inline, and in nobody's frame. */
const contentSecurityPolicy = [
  "default-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "object-src 'none'",
].join('; ');

/**
 * The built pages in `folder`: its files, and `index.html` for every address that a browser goes to. Whatever else is
 * asked for is passed on.
 */
export function pages(folder: string): Router {
  const root = path.resolve(folder);
  const router = Router();
  const files = express.static(root, { index: false, redirect: false, setHeaders: setCaching });
  const isDocument = (address: string): boolean => documents.some((prefix) => address.startsWith(prefix));
  router.use((request, response, next) => {
    if ((request.method !== 'GET' && request.method !== 'HEAD') || isDocument(request.path)) return next('router');
    next();
  });
  router.use(files, page(root));
  return router;
}

/** Names of assets hold the digest of their content. */
function setCaching(response: express.Response, file: string): void {
  setSecurity(response);
  const isAsset = file.split(path.sep).includes('assets');
  response.setHeader('Cache-Control', isAsset ? 'public, max-age=31536000, immutable' : 'no-cache');
}

const page =
  (root: string): RequestHandler =>
  (request, response, next) => {
    const isPage = pageAddress.test(request.path) || /\btext\/html\b/.test(request.get('Accept') ?? '');
    if (!isPage || request.path.startsWith('/assets/')) return next();
    setSecurity(response);
    response.setHeader('Cache-Control', 'no-cache');
    response.sendFile('index.html', { root, cacheControl: false }, (error?: Error) => {
      // Not built yet, or the browser went away in the middle.
      if (error !== undefined && !response.headersSent) next();
    });
  };

function setSecurity(response: express.Response): void {
  response.setHeader('Content-Security-Policy', contentSecurityPolicy);
  response.setHeader('X-Frame-Options', 'DENY');
  response.setHeader('Referrer-Policy', 'same-origin');
}
