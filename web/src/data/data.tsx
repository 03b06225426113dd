/** The datasets; of one its episodes; of one episode its frames and numbers: `#data`, `#data/play`, `#data/play/12`. */
import { Datasets } from '../library/datasets.tsx';
import { Episode } from './episode.tsx';
import { Episodes } from './episodes.tsx';

export function Data({ path }: { readonly path: readonly string[] }) {
  const [name, episode] = path;
  if (name === undefined) return <Datasets />;
  return episode === undefined ? <Episodes name={name} /> : <Episode name={name} index={Number(episode)} />;
}
