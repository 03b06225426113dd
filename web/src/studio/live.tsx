/** The robot, live: what the camera sees, what is asked of it, and what it thinks. */
import { inWords } from '../alert.tsx';
import { refused, studio } from '../connection.ts';
import { Controls } from './controls.tsx';
import { Scene } from './scene.tsx';
import { Thinking } from './thinking.tsx';

export function Live() {
  return (
    <div class="live">
      <div class="stage">
        <Scene />
        <Notices />
      </div>
      <div class="desk">
        <Controls />
        <Thinking />
      </div>
    </div>
  );
}

/** What went wrong; its place is kept, so that nothing jumps when it comes. */
function Notices() {
  const problem = refused.value ?? studio.value?.problem ?? null;
  return (
    <p class="problem notices" role="alert">
      {problem && inWords(problem)}
    </p>
  );
}
