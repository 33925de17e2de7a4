import type { Settings } from '../settings';
import type { StoreOptions, Stores } from './stores';

/** Opens what the settings name; drivers of engines are loaded only where they are used. */
export const openStores = async (settings: Settings, options: StoreOptions = {}): Promise<Stores> => {
  if (settings.engines) {
    const { scaledStores } = await import('./scaled-stores');
    return scaledStores(settings, settings.engines, options);
  }
  const { embeddedStores } = await import('./embedded-stores');
  return embeddedStores(settings, options);
};
