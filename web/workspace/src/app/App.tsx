import { DirectionProvider, MantineProvider, useDirection, useMantineColorScheme } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useSessionQuery } from '~/api/session';
import { applyLocale, directionOf } from '~/i18n';
import { cssVariablesResolver, theme } from '~/theme/theme';
import { queryClient } from './queryClient';
import { router } from './router';

export function App() {
  return (
    <DirectionProvider initialDirection={directionOf(document.documentElement.lang)} detectDirection={false}>
      <MantineProvider theme={theme} cssVariablesResolver={cssVariablesResolver} defaultColorScheme="auto">
        <QueryClientProvider client={queryClient}>
          <Preferences />
          <RouterProvider router={router} />
        </QueryClientProvider>
      </MantineProvider>
    </DirectionProvider>
  );
}

/** What a person chose on their profile, wherever they sign in. */
function Preferences() {
  const me = useSessionQuery().data?.me;
  const { i18n } = useTranslation();
  const { setColorScheme } = useMantineColorScheme();
  const { setDirection } = useDirection();
  useEffect(() => {
    if (me) void applyLocale(me.locale);
  }, [me?.locale, me]);
  useEffect(() => setDirection(directionOf(i18n.language)), [i18n.language, setDirection]);
  useEffect(() => {
    if (me) setColorScheme(me.theme === 'system' ? 'auto' : me.theme);
  }, [me?.theme, me, setColorScheme]);
  return null;
}
