#!/usr/bin/env node
// Node 20 cannot run TypeScript by itself: tsx strips the types as the files are loaded.
import { register } from 'tsx/esm/api';

register();
const { main } = await import('./foresight.ts');
await main(process.argv.slice(2));
