// One of the processes that `foresight evaluate --jobs` shares its tasks out to.
import { register } from 'tsx/esm/api';

register();
const { answerRequests } = await import('../src/evaluation/crew.ts');
answerRequests();
