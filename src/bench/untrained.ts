/** A model that nobody trained. */
import type { LoadedModel } from '../model/checkpoint.ts';
import { createPredictor, type NetworkConfig } from '../model/registry.ts';
import { simRig } from '../rig/sim-rig.ts';
import { seededRandom } from '../spec/random.ts';

/** A network for the simulated rig with the weights it is born with: as fast as a trained one. */
export function untrainedModel(network: NetworkConfig): LoadedModel {
  const rig = simRig();
  const predictor = createPredictor(network, rig);
  const initial = predictor.initialWeights(seededRandom(1));
  const weights = Object.fromEntries(
    Object.entries(predictor.weightSpecs()).map(([name, { shape }]) => [
      name,
      { shape, data: initial[name] },
    ]),
  );
  return { network, rig, training: {}, weights, predictor };
}
