import { useLayout } from '~/lib/layout';

/** Where the arrow of a settings page leads: only a phone needs one to the list of places. */
export const useBackToPlaces = () => (useLayout() === 'phone' ? { back: { to: '/settings' as const } } : {});
