import { join } from 'node:path';
import { writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { isProven, PROOF_TOLERANCE, proveEngines } from '../../src/bench/prove.ts';
import type { EngineChoice } from '../../src/compute/choice.ts';
import { swiftShaderEnvironment } from '../fixtures/swiftshader.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const SCRIPT = join(import.meta.dirname, '../../tools/prove.mjs');
/** Some eight hundred shaders are compiled, on one core: 10 s on a quiet one, several times that on a busy one. */
const SHADERS_TIMEOUT_MS = 120_000;

describe('engines put to the proof in another process', () => {
  it('tfjs, kernel by kernel, computes what the compiled graphs do; one that is not there says what to do', async () => {
    const [eager, abacus] = await proveEngines(SCRIPT, [
      { engine: 'eager', provider: 'cpu' },
      { engine: 'onnx', provider: 'abacus' },
    ]);
    expect(eager.error).toBeUndefined();
    expect(isProven(eager)).toBe(true);
    // Other orders of summing: not the same numbers, but nearly.
    expect(eager.training!.difference).toBeGreaterThan(0);
    expect(eager.training!.difference).toBeLessThan(1e-4);
    expect(eager.rollout!.difference).toBeLessThan(1e-4);
    expect(isProven(abacus)).toBe(false);
    expect(abacus.error!.message).toContain("no provider 'abacus'");
  });

  it('one that ends the process is an error, and the next is tried in another', async () => {
    const script = join(await temporaryFolder(), 'fragile.mjs');
    await writeFile(
      script,
      `for (const choice of JSON.parse(process.argv[2])) {
         if (choice.provider === 'fragile') process.kill(process.pid, 'SIGSEGV');
         await new Promise((resolve) => process.send({ choice }, resolve));
       }
       process.disconnect();`,
    );
    const choices = ['first', 'fragile', 'last'].map((provider): EngineChoice => ({
      engine: 'onnx',
      provider,
    }));
    expect(await proveEngines(script, choices)).toEqual([
      { choice: choices[0] },
      { choice: choices[1], error: { message: 'its process ended with SIGSEGV' } },
      { choice: choices[2] },
    ]);
  });
});

describe('onnx on webgpu', () => {
  it(
    'computes the same training step and rollout as the cpu',
    async () => {
      const isEmulated = process.platform === 'linux' && process.arch === 'x64';
      // Elsewhere the machine's own graphics card has to do: the driver in software is for Linux.
      const env = isEmulated ? await swiftShaderEnvironment() : process.env;
      const [webgpu] = await proveEngines(SCRIPT, [{ engine: 'onnx', provider: 'webgpu' }], env);
      expect(webgpu.error).toBeUndefined();
      expect(webgpu.training!.difference).toBeLessThan(PROOF_TOLERANCE);
      expect(webgpu.rollout!.difference).toBeLessThan(PROOF_TOLERANCE);
      expect(webgpu.keepsWeights).toBe(true);
      // The cpu in its place would give the very same numbers.
      expect(webgpu.training!.difference).toBeGreaterThan(0);
    },
    SHADERS_TIMEOUT_MS,
  );
});
