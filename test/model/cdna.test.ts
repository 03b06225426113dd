import { describe, it } from 'vitest';
import { createPredictor, networkSchema } from '../../src/model/registry.ts';
import { predictorContract } from '../contract/predictor.ts';
import { expectSameTraining, SMALL_FINN } from '../fixtures/finn.ts';
import { SMALL_RIG } from '../fixtures/hand-made.ts';

const predictor = createPredictor(networkSchema.parse({ network: 'cdna', ...SMALL_FINN }), SMALL_RIG);

predictorContract(() => ({ predictor, rig: SMALL_RIG }));

describe('cdna', () => {
  it('learns alike on both engines', () => expectSameTraining(predictor));
});
