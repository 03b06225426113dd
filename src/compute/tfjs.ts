/** The single place that imports tfjs and its backends, without its advice to install another. */
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

/** Loads an optional package and readies the backend that it registers; false where it is not here or does not start. */
export async function loadBackendPackage(name: string, backend: string): Promise<boolean> {
  const former = tf.getBackend();
  try {
    await import(name);
    // Some backends start asynchronously (wasm); afterwards they can be switched to at once.
    return await tf.setBackend(backend);
  } catch {
    return false;
  } finally {
    await tf.setBackend(former);
  }
}
