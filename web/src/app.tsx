/** The page's views, one at a time, chosen by the address after `#`. */
import { signal } from '@preact/signals';
import type { ComponentChildren, FunctionComponent } from 'preact';
import { Datasets } from './library/datasets.tsx';
import { Models } from './library/models.tsx';
import { Videos } from './library/videos.tsx';
import { Live } from './studio/live.tsx';

const VIEWS: Readonly<Record<string, { readonly name: string; readonly view: FunctionComponent }>> = {
  live: { name: 'Live', view: Live },
  videos: { name: 'Videos', view: Videos },
  models: { name: 'Models', view: Models },
  data: { name: 'Data', view: Datasets },
};

const chosen = signal(viewOf(location.hash));
addEventListener('hashchange', () => (chosen.value = viewOf(location.hash)));

export function App(): ComponentChildren {
  const View = VIEWS[chosen.value].view;
  return (
    <>
      <header>
        <h1>Visual foresight</h1>
        <nav aria-label="Views">
          {Object.entries(VIEWS).map(([key, { name }]) => (
            <a key={key} href={`#${key}`} aria-current={key === chosen.value ? 'page' : undefined}>
              {name}
            </a>
          ))}
        </nav>
      </header>
      <main>
        <View />
      </main>
    </>
  );
}

function viewOf(hash: string): string {
  const key = hash.slice(1);
  return Object.hasOwn(VIEWS, key) ? key : 'live';
}
