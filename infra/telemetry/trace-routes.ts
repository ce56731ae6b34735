/**
 * Imported first by programs whose routes people look for in traces: a gateway's are polls and reports. Express is loaded by `require` once, which `register.ts` has instrumented, so
 * that spans are named by their route. The other way, a loader hook for all ES modules, costs each program 15 to 35 MB
 * and up to half a second of a core at its start.
 */
import { createRequire } from 'node:module';

createRequire(import.meta.url)('express');
