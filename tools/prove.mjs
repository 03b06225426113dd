// The process in which `foresight doctor` tries engines: see src/bench/prove.ts.
import { register } from 'tsx/esm/api';

register();
const { answerProofs } = await import('../src/bench/prove.ts');
await answerProofs();
