import { expect, test } from 'vitest';
import { isLoopback } from '../../contracts/loopback.js';

test.each([
  ['http://localhost:8080/v1', true],
  ['https://127.0.0.1', true],
  ['http://127.255.0.9', true],
  ['http://127.1', true],
  ['http://0x7f000001', true],
  ['http://[::1]:3000', true],
  ['http://[0:0:0:0:0:0:0:1]', true],
  ['http://127.0.0.1.example.com', false],
  ['http://localhost.example.com', false],
  ['http://LOCALHOST.:80', true],
  ['http://[::ffff:127.0.0.1]', true],
  ['http://10.0.0.1', false],
  ['ftp://127.0.0.1', false],
  ['127.0.0.1', false],
])('%s: %s', (url, expected) => {
  expect(isLoopback(url)).toBe(expected);
});
