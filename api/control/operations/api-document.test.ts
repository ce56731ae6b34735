import { afterAll, beforeAll, expect, test } from '@jest/globals';
import express from 'express';
import { serveHttp, type ServedHttp } from '../../http/serve.ts';
import { apiDocument } from './api-document.ts';

let http: ServedHttp;

beforeAll(async () => {
  http = await serveHttp(express().use(apiDocument('1.2.3')), { host: '127.0.0.1', port: 0 });
});
afterAll(() => http.close());

test('who wants to write a program finds the form of all requests and answers, without a sign-in', async () => {
  const answer = await fetch(`http://127.0.0.1:${http.port}/openapi.json`);
  expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
  expect(await answer.json()).toMatchObject({ openapi: '3.1.0', info: { title: 'Slipway', version: '1.2.3' } });
});
