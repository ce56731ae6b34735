import { hash, randomBytes } from 'node:crypto';

/** 256 random bits behind a prefix that secret scanners can look for. Shown once; only its hash is kept. */
export const newToken = (): string => `slipway_${randomBytes(32).toString('base64url')}`;

/** A plain hash is enough for what can't be guessed, and lets a token be looked up. */
export const tokenHash = (token: string): string => hash('sha256', token, 'hex');
