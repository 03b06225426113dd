/** The single place that imports tfjs, without its advice to install another backend. */
import * as tfjs from '@tensorflow/tfjs';
import { repairCpuKernels } from './cpu-kernel-fixes.ts';

export const tf = tfjs;

// The cpu backend greets at its first write unless it believes to be under test; that flag also turns on slow
// leak checks, so it goes back at once. Our own engines run the numbers; this backend is the fallback.
void tf.setBackend('cpu');
tf.env().set('IS_TEST', true);
tf.scalar(0).dispose();
tf.env().set('IS_TEST', false);

repairCpuKernels(tf);
