/** The page's views, one at a time, chosen by the address after `#`. */
import { signal } from '@preact/signals';
import type { ComponentChildren, FunctionComponent } from 'preact';
import { useEffect } from 'preact/hooks';
import { Calibrate } from './calibrate.tsx';
import { ask, connect, studio } from './connection.ts';
import { Data } from './data/data.tsx';
import { Evaluate } from './evaluate.tsx';
import { isUnderWay } from './jobs/progress.tsx';
import { Play } from './play.tsx';
import { stopOnKey } from './stop-key.ts';
import { Live } from './studio/live.tsx';
import { Train } from './train.tsx';

/** `path` is what follows the view's name in the address. */
type View = FunctionComponent<{ readonly path: readonly string[] }>;

const VIEWS: Readonly<Record<string, { readonly name: string; readonly view: View }>> = {
  live: { name: 'Live', view: Live },
  play: { name: 'Play', view: Play },
  data: { name: 'Data', view: Data },
  train: { name: 'Train', view: Train },
  evaluate: { name: 'Evaluate', view: Evaluate },
  calibrate: { name: 'Calibrate', view: Calibrate },
};

const chosen = signal(placeOf(location.hash));
addEventListener('hashchange', () => (chosen.value = placeOf(location.hash)));

export function App(): ComponentChildren {
  useEffect(connect, []);
  const { key: current, path } = chosen.value;
  const isPushing = studio.value?.phase === 'pushing';
  // What moves is stopped from every view; where nothing does, keys are for the forms.
  const mayMove = current === 'live' || isPushing || isUnderWay('calibrate');
  useEffect(() => {
    if (!mayMove) return undefined;
    addEventListener('keydown', stopOnKey);
    return () => removeEventListener('keydown', stopOnKey);
  }, [mayMove]);
  const { view: View } = VIEWS[current];
  return (
    <>
      <header>
        <h1>Visual foresight</h1>
        <nav aria-label="Views">
          {Object.entries(VIEWS).map(([key, { name }]) => (
            <a key={key} href={`#${key}`} aria-current={key === current ? 'page' : undefined}>
              {name}
            </a>
          ))}
        </nav>
        {isPushing && current !== 'live' && (
          <button type="button" class="stop" onClick={() => ask({ ask: 'stop' })}>
            Stop the arm <kbd>space</kbd>
          </button>
        )}
      </header>
      <main>
        <View path={path} />
      </main>
    </>
  );
}

function placeOf(hash: string): { readonly key: string; readonly path: readonly string[] } {
  const [key, ...path] = hash.slice(1).split('/');
  return Object.hasOwn(VIEWS, key)
    ? { key, path: path.filter((part) => part !== '') }
    : { key: 'live', path: [] };
}
