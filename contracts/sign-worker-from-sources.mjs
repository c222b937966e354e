// Before compilation the thread is TypeScript; `--import tsx` has no effect inside a thread of Node 20.
import { register } from 'tsx/esm/api';

register();
await import('./sign-worker.ts');
