import express, { Router } from 'express';
import type { HostId } from '../../../domain/names.ts';
import { heldGoalsSchema, type HeldGoals } from '../../../protocol/gateway.ts';
import { parsedBody } from '../../http/parsed-body.ts';
import { hostOf } from '../host-identity.ts';

/** Goals that hosts show to a region whose database may be an older one. Nothing of them is believed here. */
export interface HeldGoalStore {
  /** What the host showed before is replaced. */
  store(host: HostId, goals: HeldGoals['goals']): Promise<void>;
}

/** 500 goals; one takes 2 KB. */
const maxBodyBytes = 4 * 1024 * 1024;
/** A host that was asked and has shown nothing is asked again after this; one of the version before never does. */
const askAgainAfterMs = 10_000;

/** Whom of its hosts a gateway has still to ask. */
export interface Asking {
  /** True when the host is to be asked now: it counts as asked from then on. */
  ask(host: HostId): boolean;
  shown(host: HostId): void;
  /** Another time all are asked anew. */
  forget(): void;
}

export function openAsking(now: () => number = () => performance.now()): Asking {
  const asked = new Map<HostId, number>();
  return {
    ask(host) {
      if (now() - (asked.get(host) ?? -Infinity) < askAgainAfterMs) return false;
      asked.set(host, now());
      return true;
    },
    shown: (host) => void asked.set(host, Infinity),
    forget: () => asked.clear(),
  };
}

/** `POST /v1/held-goals`: 204 when they are kept. */
export function heldGoalsRoute(store: HeldGoalStore, asking: Asking): Router {
  const router = Router();
  router.post('/v1/held-goals', express.json({ limit: maxBodyBytes }), async (request, response) => {
    const { goals } = parsedBody(heldGoalsSchema, request.body);
    const { id } = hostOf(response);
    await store.store(id, goals);
    asking.shown(id);
    response.status(204).end();
  });
  return router;
}
