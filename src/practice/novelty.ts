/** What a checkpoint knows least, for the curious play policy: its disagreement with itself in the mirror. */
import type { EngineChoice } from '../compute/choice.ts';
import { openEngine } from '../compute/registry.ts';
import { float32 } from '../compute/compute.ts';
import { ensureSameActions } from '../control/open-foresight.ts';
import { followWaypoints } from '../control/proposals.ts';
import type { Rescale } from '../control/foresight.ts';
import { mirrorDisagreement } from '../cost/disagreement.ts';
import { loadCheckpoint, type LoadedModel } from '../model/checkpoint.ts';
import { armMaskValue, cameraValue, contextSpecs, frameValue } from '../model/context-values.ts';
import { weightInputs, weightsOf } from '../model/weight-inputs.ts';
import { CANDIDATE_RUNS, curiousPolicy, type Novelty } from '../play/curious-policy.ts';
import { ensure } from '../spec/errors.ts';
import type { Rig } from '../spec/rig.ts';
import type { ModelPolicyOptions, OpenPolicy } from './registry.ts';

/** Control steps of a run that are predicted; play gives a run up after about as many. */
const HORIZON = 10;

/** Of the pushes that the arm could make, the one whose outcome the model in `dir` is least sure of. */
export async function openCurious(
  dir: string,
  { rig, threads, engine, rescale }: ModelPolicyOptions,
): Promise<OpenPolicy> {
  const model = await loadCheckpoint(dir);
  ensureSameActions(dir, model.rig, rig);
  const { novelty, close } = await openNovelty(model, rig, { threads, engine, rescale });
  return { policy: (setting) => curiousPolicy(setting, novelty), close };
}

/**
 * Compiles a model's disagreement about `CANDIDATE_RUNS` runs. What is behind the arm is taken to be the empty table:
 * both answers share that mistake, so that it does not count.
 */
export async function openNovelty(
  model: LoadedModel,
  rig: Rig,
  options: { threads: number; engine?: EngineChoice | undefined; rescale: Rescale },
): Promise<{ novelty: Novelty; close: () => Promise<void> }> {
  const { threads, rescale } = options;
  const { predictor, weights } = model;
  const size = predictor.frame;
  const engine = await openEngine(options.engine, threads);
  const executable = await engine.compile(
    (inputs) => mirrorDisagreement(predictor, weightsOf(inputs), inputs),
    {
      ...contextSpecs(size),
      candidates: float32(CANDIDATE_RUNS, HORIZON, 3),
      ...weightInputs(predictor.weightSpecs()),
    },
    { name: 'disagreement with the mirror', constants: weightInputs(weights) },
  );
  const camera = cameraValue(rig, size);

  const novelty: Novelty = async ({ frame, arm, target, plate }, runs) => {
    ensure(runs.length === CANDIDATE_RUNS, `novelty: expected ${CANDIDATE_RUNS} runs, got ${runs.length}`);
    const candidates = new Float32Array(CANDIDATE_RUNS * HORIZON * 3);
    runs.forEach((run, i) => candidates.set(followWaypoints(rig, target, run, HORIZON), i * HORIZON * 3));
    const empty = frameValue(await rescale(plate, size));
    const { disagreement } = await executable.run({
      frame: frameValue(await rescale(frame, size)),
      armMask: armMaskValue(rig, arm.jointsRad, size),
      plate: empty,
      behind: empty,
      tip: { shape: [1, 3], data: Float32Array.from(arm.tip) },
      camera,
      candidates: { shape: [CANDIDATE_RUNS, HORIZON, 3], data: candidates },
    });
    return disagreement.data;
  };
  return { novelty, close: () => executable.dispose() };
}
